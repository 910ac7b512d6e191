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
      place: `the row "${name}" of ${schema}.pipelines`,
      ...(binding && { binding }),
      ...(wasThis && { move: moveTo(schema, name, pipeline) }),
    };
  });
}

/** In SQL. The row of the pipeline is there already: the run that found the neighbour has made it to take the lease. */
function moveTo(schema: string, from: string, to: string): string {
  const tables = ['state_parts', 'dead_letters', 'digests'].map(
    (table) => `UPDATE "${schema}".${table} SET pipeline = '${to}' WHERE pipeline = '${from}';`,
  );
  return [
    'BEGIN;',
    `UPDATE "${schema}".pipelines AS new SET revision = old.revision FROM "${schema}".pipelines AS old WHERE new.name = '${to}' AND old.name = '${from}';`,
    ...tables,
    `DELETE FROM "${schema}".pipelines WHERE name = '${from}';`,
    'COMMIT;',
  ].join(' ');
}
