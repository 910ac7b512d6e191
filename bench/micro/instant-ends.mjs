// A source and a sink that cost next to nothing, so that what remains is the engine.

const ACCEPTED = { kind: 'accepted', assurance: 'event' };

/** Has pages that were read before: those of the first window of each stream. */
export function pageSource(pages, { axis, from: begin }) {
  return {
    givesText: true,
    identity: () => ({ description: 'pages', fingerprint: 'pages' }),
    open: async () => undefined,
    check: async () => [],
    now: async () => Date.now(),
    next: async (_stream, asked, from) => (asked === axis && from <= begin ? begin : undefined),
    read: async function* read({ window }) {
      if (window.axis === axis && window.from <= begin && begin < window.until) yield* pages.get(window.stream);
    },
    close: async () => undefined,
  };
}

/** Writes events as another sink does, and accepts everything at once. */
export function instantSink(sink) {
  return {
    limits: sink.limits,
    textWriter: (event) => sink.textWriter(event),
    encode: (event) => sink.encode(event),
    identity: () => ({ description: 'nowhere', fingerprint: 'nowhere' }),
    open: async () => undefined,
    check: async () => [],
    assemble: (events) => ({ requests: [{ events }], rejected: [] }),
    describe: () => ({ target: 'nowhere', headers: {}, body: null }),
    send: async ({ events }) => ({ outcomes: events.map(() => ACCEPTED) }),
    close: async () => undefined,
  };
}
