import pg from 'pg';

/**
 * What the state says about its workers and their windows, read from connections of its own.
 *
 * @param {string} stateUrl
 */
export function watchState(stateUrl) {
  const pool = new pg.Pool({ connectionString: stateUrl, max: 2 });
  // When the bench is stopped, the server ends first.
  pool.on('error', () => {});
  const rows = (text) =>
    pool.query(text).then(
      (result) => result.rows,
      () => [], // No table yet.
    );
  return {
    /** The processes that are workers. */
    workers: async () => (await rows('SELECT pid FROM sluice.workers')).map(({ pid }) => pid),
    /** The open windows: their range, the number of the worker that has claimed each, and its process while it is one. */
    open: () =>
      rows(
        `SELECT (value->>'id')::int AS id, (value->>'claim')::int AS claim, pid, value->'window'->>'stream' AS stream,
           (value->'window'->>'from')::float8 AS "from", (value->'window'->>'until')::float8 AS until
         FROM sluice.state_parts LEFT JOIN sluice.workers ON worker = (value->>'claim')::bigint
         WHERE part = 'windows' AND value->>'status' = 'open'`,
      ),
    /** How many events the destination has accepted, each counted once. */
    accepted: async () => {
      const [{ accepted }] = await rows(
        `SELECT sum((counts.value->>'accepted')::int)::int AS accepted
         FROM sluice.state_parts AS part, json_each(part.value) AS counts(stream, value) WHERE part.part = 'totals'`,
      );
      return accepted;
    },
    close: () => pool.end(),
  };
}
