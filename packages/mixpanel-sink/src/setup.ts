import type { SetupQuestion } from '@sluice/core/adapter';
import { hostOf, REGIONS } from './host.js';

/** What `sluice init` asks about Mixpanel. */
export const mixpanelSetup: readonly SetupQuestion[] = [
  {
    option: 'host',
    label: 'Where the Mixpanel project keeps its data',
    help: 'us, eu, in, or the address of a proxy in front of Mixpanel',
    variable: 'MIXPANEL_HOST',
    default: REGIONS.us,
    choices: [
      { name: 'us', value: REGIONS.us, label: `US (${REGIONS.us})` },
      { name: 'eu', value: REGIONS.eu, label: `EU (${REGIONS.eu})` },
      { name: 'in', value: REGIONS.in, label: `India (${REGIONS.in})` },
    ],
    complete: (text) => hostOf(text) ?? text,
    example: REGIONS.us,
  },
  {
    option: 'projectToken',
    label: 'Project token',
    help: 'from Mixpanel, Project Settings, Overview',
    variable: 'MIXPANEL_PROJECT_TOKEN',
    sensitive: true,
    example: 'example-project-token',
  },
];
