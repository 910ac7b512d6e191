import type { SetupQuestion } from '@sluice/core/adapter';

/** What `sluice init` asks about the receiver. */
export const webhookSetup: readonly SetupQuestion[] = [
  {
    option: 'url',
    label: 'Address that the events go to',
    help: 'https://hooks.example.com/events',
    variable: 'WEBHOOK_URL',
    sensitive: true,
    example: 'https://hooks.example.com/events',
  },
];
