import type { SetupQuestion } from '@sluice/core/adapter';
import { normaliseHost, REGIONS } from './host.js';

/** What `sluice init` asks about PostHog. */
export const posthogSetup: readonly SetupQuestion[] = [
  {
    option: 'host',
    label: 'Where PostHog receives events',
    help: 'us, eu, or the address of your own PostHog',
    variable: 'POSTHOG_HOST',
    default: REGIONS.us,
    choices: [
      { name: 'us', value: REGIONS.us, label: `US cloud (${REGIONS.us})` },
      { name: 'eu', value: REGIONS.eu, label: `EU cloud (${REGIONS.eu})` },
    ],
    complete: (text) => {
      const host = normaliseHost(text);
      return host.kind === 'host' ? host.url : text;
    },
    example: REGIONS.us,
  },
  {
    option: 'apiKey',
    label: 'Project API key',
    help: 'phc_…, from PostHog, Settings, Project, General',
    variable: 'POSTHOG_API_KEY',
    sensitive: true,
    example: 'phc_example',
  },
];
