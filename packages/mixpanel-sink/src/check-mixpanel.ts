import { isHtml, jsonObject, quoted, type Ask, type HttpAnswer } from '@sluice/adapter-kit';
import { UnexpectedAnswerError, type CheckResult } from '@sluice/core/adapter';
import type { MixpanelSinkConfig } from './config.js';
import { MAX_TEXT_BYTES } from './cut-text.js';

/** Mixpanel has no call that checks credentials. This event must fail: its time, its user and its id are all refused. */
const INVALID_EVENT = { event: 'sluice check', properties: { time: 0, distinct_id: 'anonymous', $insert_id: 'null' } };

/** Sends an event that Mixpanel must refuse: with 400 if it knows the credentials, with 401 if it does not. */
export async function checkMixpanel(
  ask: Ask,
  { longTexts }: Pick<MixpanelSinkConfig, 'longTexts'>,
  fail: (answer: HttpAnswer) => Error,
): Promise<readonly CheckResult[]> {
  const answer = await ask({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([INVALID_EVENT]),
  });
  if (answer.status !== 400 || isHtml(answer)) throw fail(answer);
  const body = jsonObject(answer);
  if (body === undefined) {
    throw new UnexpectedAnswerError(
      `the host answered 400 with ${quoted(answer)}, which Mixpanel does not: check host`,
    );
  }
  return [credentials(answer, body), texts(longTexts)];
}

function credentials(answer: HttpAnswer, body: Readonly<Record<string, unknown>>): CheckResult {
  const name = 'credentials';
  if (Array.isArray(body['failed_records']) || body['num_records_imported'] === 0) {
    return { name, outcome: 'good', message: 'Mixpanel knows them: it validates events, and refused an invalid one' };
  }
  return {
    name,
    outcome: 'unknown',
    message: `Mixpanel answered 400 with ${quoted(answer)} to an invalid event, without naming the event`,
    fix: 'after the first run, look for the events in Mixpanel',
  };
}

function texts(longTexts: MixpanelSinkConfig['longTexts']): CheckResult {
  const name = 'long texts';
  if (longTexts === 'cut') {
    return { name, outcome: 'good', message: `texts over ${MAX_TEXT_BYTES} bytes are cut and listed in sluice_cut` };
  }
  return {
    name,
    outcome: 'warning',
    message: `Mixpanel cuts texts over ${MAX_TEXT_BYTES} bytes silently`,
    fix: 'set longTexts: cut, which lists the cut properties in sluice_cut',
  };
}
