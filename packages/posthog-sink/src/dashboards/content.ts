import { createHash } from 'node:crypto';
import type { ChartDescription, ChartDrawing, DashboardDescription, DashboardDifference } from '@sluice/core/sink';

/**
 * What Sluice sets of a dashboard or an insight, by PostHog's words. PostHog may add to a query and sort it: nothing else of
 * it is compared.
 */
export type Content = Readonly<Record<string, string>>;

const TABLE = 'ActionsTable';
const DISPLAYS: Readonly<Record<ChartDrawing['as'], string>> = { bars: 'ActionsBar', lines: 'ActionsLineGraph' };

export function contentOfDashboard({ name, doc }: Pick<DashboardDescription, 'name' | 'doc'>): Content {
  return { name, description: doc };
}

export function contentOfChart({ name, doc, query, drawn }: ChartDescription): Content {
  const display = drawn === undefined ? TABLE : DISPLAYS[drawn.as];
  return { name, description: doc, query, display, columns: drawn === undefined ? '' : columnsText(drawn.x, drawn.y) };
}

/** The content of an insight as PostHog has it: any query. */
export function contentOfInsight(name: string, description: string, query: unknown): Content {
  const { display, chartSettings } = asRecord(query);
  const { xAxis, yAxis } = asRecord(chartSettings);
  const kind = typeof display === 'string' ? display : TABLE;
  const y = (Array.isArray(yAxis) ? yAxis : []).map((each) => text(asRecord(each)['column']));
  // PostHog's page may keep the axes of a table.
  const columns = kind === TABLE ? '' : columnsText(text(asRecord(xAxis)['column']), y);
  return { name, description, query: text(asRecord(asRecord(query)['source'])['query']), display: kind, columns };
}

/**
 * The query of an insight. What people set beside it, such as the colours of a column, stays.
 *
 * Source: PostHog, frontend/src/queries/schema/schema-general.ts, `DataVisualizationNode`.
 */
export function insightQuery({ query, drawn }: ChartDescription, current: unknown = {}): Record<string, unknown> {
  const was = asRecord(current);
  const display = drawn === undefined ? TABLE : DISPLAYS[drawn.as];
  return {
    ...was,
    kind: 'DataVisualizationNode',
    source: { ...asRecord(was['source']), kind: 'HogQLQuery', query },
    display,
    ...(drawn && {
      chartSettings: {
        ...asRecord(was['chartSettings']),
        xAxis: { column: drawn.x },
        yAxis: drawn.y.map((column) => ({ column })),
      },
    }),
  };
}

/** Eight hexadecimal digits that change with any part of the content. */
export function digestOf(content: Content): string {
  const sorted = Object.entries(content).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 8);
}

export function differencesOf(is: Content, wanted: Content): readonly DashboardDifference[] {
  return Object.keys(wanted)
    .filter((what) => is[what] !== wanted[what])
    .map((what) => ({ what, is: is[what] ?? '', wanted: wanted[what] ?? '' }));
}

function columnsText(x: string, y: readonly string[]): string {
  return `${y.join(', ')} by ${x}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
