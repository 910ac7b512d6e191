import { httpSink } from '@sluice/adapter-kit';
import { STANDARD_FIELDS } from '@sluice/core/sink';
import { BATCH_PATH } from './batch-path.js';
import { checkDestination } from './check-destination.js';
import { segmentSinkConfig, type SegmentSinkConfig } from './config.js';
import { segmentSetup } from './setup.js';
import { trackCall } from './track-call.js';

const DAY_MS = 86_400_000;

export const segmentSink = httpSink<SegmentSinkConfig>({
  type: 'segment',
  doc: 'Delivers events to Segment, RudderStack or Jitsu, as track calls.',
  name: 'the destination',
  config: segmentSinkConfig,
  setup: segmentSetup,
  eventSchema: { fields: STANDARD_FIELDS, identity: [{ field: 'event' }, { field: 'uuid' }] },
  // https://segment.com/docs/guides/duplicate-data/: 99 % of the repeats within 24 hours.
  repeats: { effect: 'ignore', withinMs: DAY_MS },
  request: ({ host, writeKey }) => ({
    url: host,
    path: BATCH_PATH,
    auth: { username: writeKey },
    body: { list: 'batch' },
    // More events are answered with 200 and dropped.
    limits: { maxEvents: 2_500, maxBytes: 500_000, maxEventBytes: 32_768 },
  }),
  encode: trackCall,
  statuses: {
    401: { means: 'credentials', advice: 'check writeKey' },
    403: { means: 'credentials', advice: 'check writeKey' },
  },
  check: (ask, _config, fail) => checkDestination(ask, fail),
});
