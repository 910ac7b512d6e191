/** The part of a pg client that counting needs. */
export interface CountingClient {
  query(text: string): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

export interface ExpectedCounts {
  readonly trace: number;
  readonly generation: number;
  readonly score: number;
}

/** The number of records of each stream, by SQL that shares nothing with the source. */
export async function expectedCounts(client: CountingClient): Promise<ExpectedCounts> {
  const { rows } = await client.query(`
    SELECT
      (SELECT count(*) FROM traces)::integer AS trace,
      (SELECT count(*) FROM observations_view WHERE type::text = 'GENERATION')::integer AS generation,
      (SELECT count(*) FROM scores)::integer AS score`);
  const counted = (stream: string): number => Number(rows[0]?.[stream]);
  return { trace: counted('trace'), generation: counted('generation'), score: counted('score') };
}
