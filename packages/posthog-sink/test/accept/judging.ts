import type { HttpAnswer } from '@sluice/adapter-kit';
import { held, untold, type Judge, type Verdict } from './assumption.js';
import type { StoredEvent, StoredEvents } from './stored-events.js';

/** An answer in one line. */
export function seenAnswer({ status, body }: HttpAnswer): string {
  const shown = body.replace(/\s+/g, ' ').trim();
  return `${status}${shown === '' ? '' : ` ${shown.length > 120 ? `${shown.slice(0, 120)}…` : shown}`}`;
}

export function eventsOf(stored: StoredEvents, uuid: string): readonly StoredEvent[] {
  return stored.events.filter((event) => event.uuid.toLowerCase() === uuid);
}

/** Judges an event that must be there. */
export function whenStored(uuid: string, judge: (event: StoredEvent) => Verdict): Judge {
  return (stored) => {
    const [event] = eventsOf(stored, uuid);
    return event === undefined ? missing(stored) : judge(event);
  };
}

/** Judges by how many rows an event has. */
export function rowCount(uuid: string, expected: number, answer: HttpAnswer): Judge {
  return (stored) => {
    const { length } = eventsOf(stored, uuid);
    const seen = `answered ${seenAnswer(answer)}; ${length} stored, ${expected} expected`;
    if (length === expected) return held(true, seen);
    return stored.isComplete ? held(false, seen) : untold(`${seen}, but not every event has arrived`);
  };
}

/** For an event that PostHog refuses or loses: the answer must be so, and nothing may be stored. */
export function lost(uuid: string, answer: HttpAnswer, isExpected: boolean): Judge {
  return isExpected ? rowCount(uuid, 0, answer) : () => held(false, `answered ${seenAnswer(answer)}`);
}

function missing(stored: StoredEvents): Verdict {
  return stored.isComplete ? held(false, 'the event is not stored') : untold('the event has not arrived');
}

export function storedAt(uuid: string, expected: number): Judge {
  return whenStored(uuid, ({ time }) => held(time === expected, `sent ${iso(expected)}, stored ${iso(time)}`));
}

const TOLERANCE_MS = 30 * 60_000;

/** Stored with PostHog's own time. */
export function storedNow(uuid: string, now: number, sent: string): Judge {
  return whenStored(uuid, ({ time }) => held(Math.abs(time - now) < TOLERANCE_MS, `sent ${sent}, stored ${iso(time)}`));
}

function iso(time: number): string {
  return Number.isNaN(time) ? 'no time' : new Date(time).toISOString();
}
