import { isBranchOf, storedBinding, type NeighbouringState } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';

interface Row {
  readonly name: string;
  readonly binding: unknown;
}

/** The states of the other pipelines in the schema. */
export async function neighbouringRows(
  query: Query,
  schema: string,
  pipeline: string,
): Promise<readonly NeighbouringState[]> {
  const rows = await query<Row>(
    `SELECT name, binding.value AS binding FROM "${schema}".pipelines
     LEFT JOIN "${schema}".state_parts AS binding ON binding.pipeline = name AND part = 'binding'
     WHERE name <> ? AND pipelines.revision > 0 ORDER BY name`,
    [pipeline],
  );
  return rows.map(({ name, binding: written }) => {
    const binding = storedBinding.safeParse(written).data;
    const wasThis = isBranchOf(pipeline, name) || isBranchOf(name, pipeline);
    return {
      pipeline: name,
      place: `the rows of "${name}" in the tables of schema ${schema}`,
      ...(binding && { binding }),
      ...(wasThis && { move: moveTo(schema, name, pipeline) }),
    };
  });
}

/**
 * In SQL. The run that found the neighbour has made the row of the pipeline, and has saved there how it ended. The token
 * becomes higher than both were: a worker with a number that has claims in the state would take them for its own.
 */
function moveTo(schema: string, from: string, to: string): string {
  const tables = ['state_parts', 'dead_letters', 'digests'].map(
    (table) => `UPDATE "${schema}".${table} SET pipeline = '${to}' WHERE pipeline = '${from}';`,
  );
  return [
    'BEGIN;',
    `DELETE FROM "${schema}".state_parts WHERE pipeline = '${to}';`,
    `UPDATE "${schema}".pipelines AS new SET revision = old.revision, lengths = old.lengths, token = greatest(new.token, old.token) FROM "${schema}".pipelines AS old WHERE new.name = '${to}' AND old.name = '${from}';`,
    ...tables,
    `DELETE FROM "${schema}".pipelines WHERE name = '${from}';`,
    'COMMIT;',
  ].join(' ');
}
