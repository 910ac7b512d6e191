// A clock that runs like the real one and is set forward over the time in which nothing is due, the same for programs and
// for SQL. `aheadMs` is how far it is ahead of the machine's.

/**
 * Before those of Postgres in the search path: every `now()` and `clock_timestamp()` of pg-boss, of the scheduler, of the
 * state and of the source is one of these. `now()` remains that of the transaction.
 */
export function clockSql(aheadMs) {
  const ahead = `interval '${Math.round(aheadMs)} ms'`;
  return `
    CREATE SCHEMA IF NOT EXISTS clock;
    CREATE OR REPLACE FUNCTION clock.now() RETURNS timestamptz STABLE LANGUAGE sql
      AS $$ SELECT pg_catalog.now() + ${ahead} $$;
    CREATE OR REPLACE FUNCTION clock.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
      AS $$ SELECT pg_catalog.clock_timestamp() + ${ahead} $$`;
}

/** What Sluice takes its times from. `set` changes the clock, and ends the sleeps that are over by it. */
export function movedRuntime(first) {
  let aheadMs = first;
  const sleeping = new Set();
  // Never negative.
  const monotonicMs = () => performance.now() + aheadMs - first;
  const runtime = {
    now: () => Math.floor(Date.now() + aheadMs),
    monotonicMs,
    random: Math.random,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      const until = monotonicMs() + ms;
      await new Promise((resolve, reject) => {
        let timer;
        const end = (settle) => {
          clearTimeout(timer);
          sleeping.delete(look);
          signal?.removeEventListener('abort', abort);
          settle();
        };
        const abort = () => end(() => reject(signal.reason));
        const look = () => {
          clearTimeout(timer);
          const left = until - monotonicMs();
          if (left <= 0) end(resolve);
          else timer = setTimeout(look, Math.min(left, 2 ** 31 - 1));
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleeping.add(look);
        look();
      });
    },
  };
  return {
    runtime,
    set(next) {
      aheadMs = next;
      for (const look of sleeping) look();
    },
  };
}
