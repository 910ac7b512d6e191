import type { SetupQuestion } from '@sluice/core/adapter';

/** What `sluice init` asks about the file. */
export const jsonlSetup: readonly SetupQuestion[] = [
  {
    option: 'path',
    label: 'File to append events to',
    help: 'a path, or - for stdout',
    variable: 'EVENTS_FILE',
    default: '-',
    example: '-',
  },
];
