import { isSuccess, type Ask, type HttpAnswer } from '@sluice/adapter-kit';
import type { CheckResult } from '@sluice/core/adapter';
import { BATCH_PATH } from './batch-path.js';

/**
 * Sends a batch without events. RudderStack answers 401 to a write key that it does not know and 400 to the empty batch;
 * Segment answers 200 to everything.
 */
export async function checkDestination(ask: Ask, fail: (answer: HttpAnswer) => Error): Promise<readonly CheckResult[]> {
  const answer = await ask({ path: BATCH_PATH, body: '{"batch":[]}' });
  if (!isSuccess(answer) && answer.status !== 400) throw fail(answer);
  return [
    { name: 'host', outcome: 'good', message: `it answers ${answer.status} to a batch without events` },
    {
      name: 'write key',
      outcome: 'unknown',
      message: 'Segment answers 200 to any write key, even a wrong one or one of another region; then nothing arrives',
      fix: 'after the first run, look for the events in the debugger of the source',
    },
    {
      name: 'receipts',
      outcome: 'warning',
      message: 'the destination confirms requests, not events: what it drops later is not reported',
      fix: 'compare the counts of the first run with those at the destination',
    },
  ];
}
