import { isRedirect, type Ask } from '@sluice/adapter-kit';
import type { CheckResult } from '@sluice/core/adapter';
import type { WebhookSinkConfig } from './config.js';

/** Asks for nothing but a sign of life: only an event shows whether the receiver takes events. */
export async function checkReceiver(
  ask: Ask,
  { signingSecrets, results, repeats }: WebhookSinkConfig,
): Promise<readonly CheckResult[]> {
  const answer = await ask({ method: 'HEAD' });
  const reached = `it answers ${answer.status} to HEAD`;
  return [
    isRedirect(answer)
      ? {
          name: 'receiver reachable',
          outcome: 'warning',
          message: `${reached}, a redirect, which is never followed`,
          fix: 'write the final address as url',
        }
      : { name: 'receiver reachable', outcome: 'good', message: reached },
    {
      name: 'events',
      outcome: 'unknown',
      message: 'only an event shows whether the receiver takes events; none is sent',
    },
    {
      name: 'signature',
      outcome: 'good',
      message:
        signingSecrets.length === 0
          ? 'requests are not signed'
          : `requests are signed, ${signingSecrets.length} signatures each`,
    },
    {
      name: 'receipts',
      outcome: 'good',
      message:
        results === undefined ? 'a status accepts all events of a request' : 'the answer has a result for each event',
    },
    { name: 'repeats', outcome: 'good', message: REPEATS[repeats] },
  ];
}

const REPEATS = {
  add: 'the receiver counts an event that is sent again twice; if it recognises the uuid or webhook-id, say so with repeats',
  replace: 'the receiver replaces an event that is sent again, as repeats says',
  ignore: 'the receiver ignores an event that is sent again, as repeats says',
};
