import type { SetupQuestion } from '@sluice/core/adapter';
import { REGIONS } from './config.js';

/** What `sluice init` asks about the destination. */
export const segmentSetup: readonly SetupQuestion[] = [
  {
    option: 'host',
    label: 'Where events are sent',
    help: 'us, eu, or the address of RudderStack’s data plane or of Jitsu',
    variable: 'SEGMENT_HOST',
    default: REGIONS.us,
    choices: [
      { name: 'us', value: REGIONS.us, label: `Segment, US (${REGIONS.us})` },
      { name: 'eu', value: REGIONS.eu, label: `Segment, EU (${REGIONS.eu})` },
    ],
    example: REGIONS.us,
  },
  {
    option: 'writeKey',
    label: 'Write key',
    help: 'from the settings of the source at the destination',
    variable: 'SEGMENT_WRITE_KEY',
    sensitive: true,
    example: 'example-write-key',
  },
];
