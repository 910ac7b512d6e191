import type { CheckResult } from '@sluice/core/adapter';
import { identifier, marked, raw, sql, type Sql, type SqlQuery } from '@sluice/postgres';
import { z } from 'zod';
import { pageQuery, type ReadPart } from '../page-query.js';
import { readRelation, type RelationFacts } from '../read-columns.js';
import type { TableStream } from '../table-stream.js';

/** A node of a plan, as in EXPLAIN. */
const planNode = z.looseObject({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Cond': z.string().optional(),
  get Plans() {
    return z.array(planNode).optional();
  },
});
const explained = z.tuple([z.looseObject({ Plan: planNode })]);
type PlanNode = z.output<typeof planNode>;

const HOUR_MS = 3_600_000;

/** Whether the pages of following and of a backfill are read by an index, as the planner would under the settings of a run. */
export async function indexFindings(query: SqlQuery, stream: TableStream): Promise<readonly CheckResult[]> {
  const { description } = stream;
  const parts: readonly [ReadPart, string, string][] = [
    ['created', description.created, 'every window of following reads the whole table'],
    ['event', description.event ?? description.created, 'every window of a backfill reads the whole table'],
  ];
  const relation = await readRelation(query, stream);
  const checked = new Set<string>();
  const findings: CheckResult[] = [];
  for (const [part, field, cost] of parts) {
    if (checked.has(field)) continue;
    checked.add(field);
    const name = `index on ${field} of ${stream.name}`;
    const whole = wholeTables(await planOf(query, pageOf(stream, part)));
    if (whole.length === 0) findings.push({ name, outcome: 'good', message: 'pages are read by an index' });
    else
      findings.push({
        name,
        outcome: 'warning',
        message: `missing on ${whole.join(', ')}: ${cost}`,
        ...adviceFor(stream, part, relation?.kind),
      });
  }
  return findings;
}

/** With the statement, unless the column is in a table that the description does not name. */
function adviceFor(
  stream: TableStream,
  part: ReadPart,
  kind: RelationFacts['kind'],
): Pick<CheckResult, 'fix' | 'statements'> {
  const fix = 'create an index that begins with the column of this time';
  if (kind === undefined || kind === 'view') return { fix };
  const { created, event = created } = stream.description;
  const time = stream.fields.get(part === 'event' ? event : created)?.column ?? created;
  const columns = [identifier(time), ...stream.keyColumns.map((column) => column.replace('r.', ''))].map(marked);
  const target = `ON ${marked(stream.relation)} (${columns.join(', ')});`;
  if (kind === 'table') return { fix, statements: [`CREATE INDEX CONCURRENTLY ${target}`] };
  return {
    fix: `${fix}; that of a partitioned table blocks writers until it is built`,
    statements: [`CREATE INDEX ${target}`],
  };
}

function pageOf(stream: TableStream, part: ReadPart): Sql {
  const until = Date.UTC(2026, 0, 1);
  const window = { stream: stream.name, axis: 'change', from: until - HOUR_MS, until, revisitMs: 0 } as const;
  const selection = { fields: [], names: [], values: [] };
  return pageQuery({ stream, window, part, selection, limit: 1000 }, undefined, undefined);
}

async function planOf(query: SqlQuery, statement: Sql): Promise<PlanNode> {
  const [row] = await query(sql`${raw('EXPLAIN (FORMAT JSON)')} ${statement}`);
  return explained.parse(JSON.parse(row?.[0] ?? ''))[0].Plan;
}

/** Tables that are read by a sequential scan, or by a full scan of an index because none fits. */
function wholeTables(node: PlanNode): readonly string[] {
  const table = node['Relation Name'];
  const isWhole = /Seq Scan$|^Index (?:Only )?Scan$/.test(node['Node Type']) && node['Index Cond'] === undefined;
  const below = (node.Plans ?? []).flatMap(wholeTables);
  return [...new Set(isWhole && table !== undefined ? [table, ...below] : below)];
}
