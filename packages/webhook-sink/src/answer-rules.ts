import { UnexpectedAnswerError } from '@sluice/core/adapter';
import type { EncodedEvent, Outcome } from '@sluice/core/sink';
import {
  acceptedAll,
  isSuccess,
  quoted,
  type HttpAnswer,
  type StatusMeaning,
  type StatusTable,
} from '@sluice/adapter-kit';
import type { WebhookSinkConfig } from './config.js';
import { valueAt } from './json-pointer.js';
import { matches } from './matches.js';

type Rules = Pick<WebhookSinkConfig, 'answers' | 'results'>;

/** By the Standard Webhooks specification, 410 asks to send no more. */
const CLOSED: StatusMeaning = { means: 'restricted', advice: 'the receiver has closed this address' };

/** What the statuses of failures mean by the rules, where they mean something else than by default. */
export function statusesOf({ answers }: Rules): StatusTable {
  const statuses: Record<number, StatusMeaning> = {
    410: CLOSED,
    415: { means: 'unexpected', advice: 'set gzip: false if it takes no compressed requests' },
  };
  for (let status = 200; status < 600; status += 1) {
    const meaning = meaningOf(String(status), answers);
    if (meaning !== undefined) statuses[status] = meaning;
  }
  return statuses;
}

function meaningOf(status: string, { refused, rejected, retry }: Rules['answers']): StatusMeaning | undefined {
  if (matches(status, refused)) {
    return { means: status === '401' ? 'credentials' : 'restricted', advice: 'answers.refused pauses the pipeline' };
  }
  if (matches(status, rejected)) return { means: 'invalid' };
  return matches(status, retry) ? { means: 'retry' } : undefined;
}

/** What an answer says of each event; undefined where its status decides, by the table. */
export function receiptOf(
  answer: HttpAnswer,
  events: readonly EncodedEvent[],
  { answers, results }: Rules,
): readonly (Outcome | undefined)[] | undefined {
  const status = String(answer.status);
  const ofSuccess = isSuccess(answer) ? meaningOf(status, answers) : undefined;
  if (ofSuccess !== undefined) return events.map(() => outcomeOf(ofSuccess, answer));
  const isAccepted = answers.accepted === undefined ? isSuccess(answer) : matches(status, answers.accepted);
  if (!isAccepted) return isSuccess(answer) ? unexpected(answer, 'answers.accepted does not list it') : undefined;
  if (results !== undefined) return resultsOf(answer, events, results);
  return isSuccess(answer) ? undefined : acceptedAll(events);
}

function outcomeOf({ means }: StatusMeaning, answer: HttpAnswer): Outcome {
  const said = `the receiver answered ${answer.status} with ${quoted(answer)}`;
  if (means === 'retry') return { kind: 'retry', reason: said };
  if (means === 'invalid') return { kind: 'rejected', reason: `status-${answer.status}`, detail: said };
  return { kind: 'refused', refusal: 'restricted', message: said };
}

/** The result of each event, where the rules say that the answer has it. */
function resultsOf(
  answer: HttpAnswer,
  events: readonly EncodedEvent[],
  rules: NonNullable<Rules['results']>,
): readonly (Outcome | undefined)[] {
  const entryOf = entriesOf(answer, events, rules);
  return events.map((event, index) => {
    const entry = entryOf(event, index);
    const value = valueAt(entry, rules.value);
    if (value === undefined || value === null) return undefined;
    return resultOf(typeof value === 'string' ? value : JSON.stringify(value), valueAt(entry, rules.detail), rules);
  });
}

function resultOf(value: string, said: unknown, rules: NonNullable<Rules['results']>): Outcome {
  const detail = typeof said === 'string' ? `${value}: ${said.slice(0, 200)}` : value;
  if (matches(value, rules.accepted)) return { kind: 'accepted', assurance: 'event' };
  if (matches(value, rules.rejected)) return { kind: 'rejected', reason: 'rejected-by-receiver', detail };
  if (matches(value, rules.refused)) {
    return { kind: 'refused', refusal: 'restricted', message: `the receiver refuses an event: ${detail}` };
  }
  return { kind: 'retry', reason: matches(value, rules.retry) ? detail : `no rule of results lists ${detail}` };
}

/** An object has an entry by uuid; a list has one by position, or with the uuid in it. */
function entriesOf(
  answer: HttpAnswer,
  events: readonly EncodedEvent[],
  { at, id }: NonNullable<Rules['results']>,
): (event: EncodedEvent, index: number) => unknown {
  const entries = valueAt(parsed(answer), at);
  if (!Array.isArray(entries)) {
    if (typeof entries !== 'object' || entries === null) return unexpected(answer, `there is nothing at ${at}`);
    return ({ uuid }) => valueAt(entries, `/${uuid}`);
  }
  if (id !== undefined) {
    const byId = new Map(entries.map((entry): [unknown, unknown] => [valueAt(entry, id), entry]));
    return ({ uuid }) => byId.get(uuid);
  }
  if (entries.length !== events.length)
    return unexpected(answer, `${at} has ${entries.length} results for ${events.length} events`);
  return (_, index) => entries[index];
}

function parsed(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    return unexpected(answer, 'it is not JSON, and results is set');
  }
}

function unexpected(answer: HttpAnswer, why: string): never {
  throw new UnexpectedAnswerError(`the receiver answered ${answer.status} with ${quoted(answer)}: ${why}`);
}
