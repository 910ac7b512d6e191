import {
  acceptedAll,
  acceptedExcept,
  isObject,
  isSuccess,
  jsonObject,
  quoted,
  type HttpAnswer,
} from '@sluice/adapter-kit';
import { UnexpectedAnswerError } from '@sluice/core/adapter';
import type { EncodedEvent, Outcome } from '@sluice/core/sink';

/**
 * Pure: what Mixpanel's answer says of each event. 200 means that it took all of them; 400 with `failed_records` names
 * those that it did not take; any other one is an error. https://docs.mixpanel.com/reference/import-events#validation
 */
export function importReceipt(answer: HttpAnswer, events: readonly EncodedEvent[]): readonly Outcome[] | undefined {
  const body = jsonObject(answer);
  const imported = body?.['num_records_imported'];
  if (isSuccess(answer)) {
    if (answer.status === 200 && imported === events.length) return acceptedAll(events, 'event');
    const sent = `${events.length} ${events.length === 1 ? 'event' : 'events'}`;
    throw new UnexpectedAnswerError(
      `the host answered ${answer.status} to ${sent} with ${quoted(answer)}, which does not say that Mixpanel took all of them: check host`,
    );
  }
  const records = body?.['failed_records'];
  if (answer.status !== 400 || !Array.isArray(records) || records.length === 0) return undefined;
  const failures = new Map(records.map((record: unknown) => failureOf(record, events, answer)));
  const isComplete = typeof imported === 'number' && imported + failures.size === events.length;
  if (isComplete) return acceptedExcept(events, failures);
  // What is named will never be taken; whether the others were is not known.
  return events.map((_, index): Outcome => {
    const reason = `Mixpanel took ${String(imported)} of ${events.length} events and named ${failures.size} as refused`;
    return failures.get(index) ?? { kind: 'retry', reason };
  });
}

/** The id of an event is `$insert_id` on one page of Mixpanel's, and `insert_id` on another. */
function failureOf(record: unknown, events: readonly EncodedEvent[], answer: HttpAnswer): readonly [number, Outcome] {
  const { index, field, message, ...ids } = isObject(record) ? record : {};
  const event = typeof index === 'number' ? events[index] : undefined;
  const id = ids['$insert_id'] ?? ids['insert_id'];
  const isOther = typeof id === 'string' && id !== '' && event !== undefined && id !== event.uuid;
  if (typeof index !== 'number' || event === undefined || isOther) {
    throw new UnexpectedAnswerError(`Mixpanel refused an event that was not in the request: ${quoted(answer)}`);
  }
  const said = [field, message].filter((text) => typeof text === 'string' && text !== '').join(': ');
  return [index, { kind: 'rejected', reason: 'invalid-event', detail: `Mixpanel refuses the event: ${said}` }];
}
