// A source and a sink that cost next to nothing, so that what remains is the engine.
import { eventId } from '@sluice/core/sink';

const TIME = Date.UTC(2026, 0, 15);
const PAGE = 1_000;
const ACCEPTED = { kind: 'accepted', assurance: 'event' };

/** Has one stream with so many records, all of one moment. A row holds its own number. */
export function instantSource(stream, count) {
  const isIn = ({ stream: asked, axis, from, until }) =>
    asked === stream && axis === 'event' && from <= TIME && TIME < until;
  return {
    identity: () => ({ description: 'numbers', fingerprint: 'numbers' }),
    open: async () => undefined,
    check: async () => [],
    now: async () => Date.now(),
    next: async (asked, axis, from) => (asked === stream && axis === 'event' && from <= TIME ? TIME : undefined),
    read: async function* read({ window }) {
      for (let first = 0; isIn(window) && first < count; first += PAGE)
        yield pageOf(first, Math.min(count - first, PAGE));
    },
    close: async () => undefined,
  };
}

function pageOf(first, length) {
  const numbers = Array.from({ length }, (_item, index) => first + index);
  const keys = numbers.map((number) => `key-${number}`);
  return {
    part: 'event',
    rows: numbers.map((number) => [number]),
    keys,
    createdAt: numbers.map(() => TIME),
    cursors: keys,
  };
}

/** Accepts everything at once. */
export function instantSink() {
  return {
    limits: {
      maxEventsPerRequest: 4_000,
      maxBytesPerRequest: 4_194_304,
      maxRequestsInFlight: 8,
      distinctWithinRequest: true,
    },
    identity: () => ({ description: 'nowhere', fingerprint: 'nowhere' }),
    open: async () => undefined,
    check: async () => [],
    encode: (event) => ({
      kind: 'encoded',
      event: { id: eventId(event), uuid: event.uuid, text: '{}', bytes: 2, time: TIME },
    }),
    assemble: (events) => ({ requests: [{ events }], rejected: [] }),
    describe: () => ({ target: 'nowhere', headers: {}, body: null }),
    send: async ({ events }) => ({ outcomes: events.map(() => ACCEPTED) }),
    close: async () => undefined,
  };
}
