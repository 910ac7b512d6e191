import type { CheckResult } from '@sluice/core/adapter';
import type { ReadPlan } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import { z } from 'zod';
import { raw, sql, timestampText, type Sql, type SqlCopy, type SqlQuery, type TextRow } from '@sluice/postgres';
import type { ReadPart } from '../read/cursor.js';
import { readPart } from '../read/read-part.js';
import { partsOf } from '../read/read-window.js';
import type { PageQuery } from '../sql/record-page-query.js';
import { selectionOf } from '../sql/selection.js';
import { tracesByIdQuery, tracesByTimeQuery } from '../sql/traces-query.js';
import { streamNamed } from '../streams.js';

/** A node of a plan, as in EXPLAIN. */
const planNode = z.looseObject({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Cond': z.string().optional(),
  'Total Cost': z.number(),
  get Plans() {
    return z.array(planNode).optional();
  },
});
type PlanNode = z.output<typeof planNode>;
const explained = z.tuple([z.looseObject({ Plan: planNode })]);

/** The tables that grow without limit. */
const GROWING = ['traces', 'observations', 'scores'];
/** For a smaller table, the planner is right to read the whole. */
const SMALL_BYTES = 1_048_576;

/** PostgreSQL before 18 adds this to the cost of a node that is disabled but cannot be avoided. */
const DISABLED_COST = 1e10;

const HOUR_MS = 3_600_000;

/** A cause without records: it makes the statement that follows causes visible, too. */
const NO_CAUSE: TextRow = ['2000-01-01', '', '', ''];

/**
 * What the pages of a window would cost. The statements of an hourly window and of a backfill window are recorded instead
 * of run, and explained under the settings of a run.
 */
export async function planFindings(
  query: SqlQuery,
  { streams, settleMs, revisitMs, maxWindowMs }: ReadPlan,
  { projects, pageSize, now }: { readonly projects: Projects; readonly pageSize: number; readonly now: number },
): Promise<readonly CheckResult[]> {
  const until = now - settleMs;
  const windows = [
    { axis: 'change', from: until - HOUR_MS, until, revisitMs },
    { axis: 'event', from: until - maxWindowMs, until, revisitMs: 0 },
  ] as const;
  const large = await largeTables(query);
  const findings: CheckResult[] = [];
  for (const { stream, fields } of streams) {
    let cost = 0;
    const wholeTables = new Set<string>();
    for (const window of windows) {
      const request = {
        stream: streamNamed(stream),
        projects,
        window: { stream, ...window },
        selection: selectionOf(streamNamed(stream), fields),
        limit: pageSize,
      };
      for (const part of partsOf(window)) {
        for (const statement of [...(await statementsOf(part, request)), ...traceStatements(part, request)]) {
          const plan = await explain(query, statement);
          cost = Math.max(cost, plan['Total Cost']);
          for (const table of tablesReadWhole(plan)) if (large.has(table)) wholeTables.add(table);
        }
      }
    }
    findings.push(finding(stream, cost, [...wholeTables]));
  }
  return findings;
}

async function statementsOf(part: ReadPart, request: PageQuery): Promise<readonly Sql[]> {
  const statements: Sql[] = [];
  const query: SqlQuery = async (statement) => {
    statements.push(statement);
    return part === 'derived' && statements.length === 1 ? [NO_CAUSE] : [];
  };
  const copy: SqlCopy = async (statement) => {
    statements.push(statement);
    return { bytes: Buffer.alloc(0), rows: 0 };
  };
  await readPart({ query, copy }, request, part, undefined);
  return statements;
}

/** Those that look up the traces of a page. */
function traceStatements(part: ReadPart, { selection: { trace }, projects, limit }: PageQuery): readonly Sql[] {
  if (trace === undefined) return [];
  const byId = tracesByIdQuery(trace, ['']);
  if (part !== 'event') return [byId];
  const [after, upTo] = [timestampText(0), timestampText(HOUR_MS)];
  return [byId, tracesByTimeQuery(trace, { projects, after, upTo, limit })];
}

async function explain(query: SqlQuery, statement: Sql): Promise<PlanNode> {
  const [row] = await query(sql`${raw('EXPLAIN (FORMAT JSON)')} ${statement}`);
  const [{ Plan }] = explained.parse(JSON.parse(row?.[0] ?? ''));
  return Plan;
}

/** By a sequential scan, or by a full scan of an index because none fits. */
function tablesReadWhole(node: PlanNode): readonly string[] {
  const table = node['Relation Name'] ?? '';
  const isWhole = /Seq Scan$|^Index (?:Only )?Scan$/.test(node['Node Type']) && node['Index Cond'] === undefined;
  const below = (node.Plans ?? []).flatMap(tablesReadWhole);
  return isWhole ? [table, ...below] : below;
}

async function largeTables(query: SqlQuery): Promise<ReadonlySet<string>> {
  const rows = await query(sql`
    SELECT name FROM unnest(${GROWING}::text[]) AS wanted (name)
    WHERE pg_relation_size(to_regclass(quote_ident(name))) > ${SMALL_BYTES}`);
  return new Set(rows.map(([name]) => name ?? ''));
}

function finding(stream: string, cost: number, wholeTables: readonly string[]): CheckResult {
  const name = `cost of a window of ${stream}`;
  const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }).format(cost);
  const costText = cost < DISABLED_COST ? `${number} planner units` : '';
  if (wholeTables.length === 0) {
    const message = costText && `; the most expensive page costs ${costText}`;
    return { name, outcome: 'good', message: `reads by index only${message}` };
  }
  const tables = wholeTables.join(', ');
  return {
    name,
    outcome: 'warning',
    message: `a page reads the whole of ${tables}${costText && ` and costs ${costText}`}`,
    fix: `restore Langfuse’s indexes, then run ANALYZE ${tables}`,
  };
}
