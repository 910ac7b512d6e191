import { httpSink } from '@sluice/adapter-kit';
import { STANDARD_FIELDS } from '@sluice/core/sink';
import { checkMixpanel } from './check-mixpanel.js';
import { mixpanelSinkConfig, type MixpanelSinkConfig } from './config.js';
import { constantProblem } from './constant-problem.js';
import { importEvent } from './import-event.js';
import { importReceipt } from './import-receipt.js';
import { mixpanelSetup } from './setup.js';

const HOUR_MS = 3_600_000;

export const mixpanelSink = httpSink<MixpanelSinkConfig>({
  type: 'mixpanel',
  doc: 'Delivers events to Mixpanel.',
  name: 'Mixpanel',
  config: mixpanelSinkConfig,
  setup: mixpanelSetup,
  eventSchema: {
    fields: STANDARD_FIELDS,
    identity: [{ field: 'event' }, { field: 'time' }, { field: 'user' }, { field: 'uuid' }],
    constantProblem,
  },
  // https://docs.mixpanel.com/reference/event-deduplication: the most recent one, though it "does not guarantee upsert".
  repeats: { effect: 'replace' },
  request: ({ host, projectToken, serviceAccount }) => ({
    url: host,
    path: '/import',
    query: { strict: '1', ...(serviceAccount !== undefined && { project_id: serviceAccount.projectId }) },
    ...(projectToken !== undefined && { auth: { username: projectToken } }),
    ...(serviceAccount !== undefined && {
      auth: { username: serviceAccount.username, password: serviceAccount.secret },
      account: `project ${serviceAccount.projectId}`,
    }),
    body: 'array',
    // https://docs.mixpanel.com/reference/import-events
    limits: { maxEvents: 2_000, maxBytes: 10_000_000, maxEventBytes: 999_999, maxAheadMs: HOUR_MS },
  }),
  encode: importEvent,
  receipt: importReceipt,
  statuses: ({ serviceAccount }) => ({
    401: {
      means: 'credentials',
      advice:
        serviceAccount === undefined
          ? "check projectToken, and that host is the project's data residency"
          : "check serviceAccount, and that host is the project's data residency",
    },
    403: { means: 'restricted', advice: 'the service account must be Owner or Admin in the project' },
    429: { means: 'retry', advice: 'more than 2 GB or about 30,000 events a second within a minute' },
  }),
  check: checkMixpanel,
});
