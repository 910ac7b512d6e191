import type { CallOptions } from './source.js';

/** A dashboard for events, as data. What it becomes at a destination is the sink's affair. */
export interface DashboardDescription {
  /** Lower-case letters, digits and hyphens. It never changes: the dashboard is found by it at the destination. */
  readonly id: string;
  readonly name: string;
  /** What it shows, for people. */
  readonly doc: string;
  readonly charts: readonly ChartDescription[];
}

/** One chart or table of a dashboard. */
export interface ChartDescription {
  /** As that of a dashboard; unique in its dashboard. */
  readonly id: string;
  readonly name: string;
  readonly doc: string;
  /** Names of events: the chart is for a mapping that makes all of them. */
  readonly events: readonly string[];
  /** In the query language of the destination. */
  readonly query: string;
  /** How columns of the result are drawn. Absent: the result is a table. */
  readonly drawn?: ChartDrawing;
}

/** Columns of a result: `x` along the axis, and a series for each of `y`. */
export interface ChartDrawing {
  readonly as: 'bars' | 'lines';
  readonly x: string;
  readonly y: readonly string[];
}

/**
 * Keeps dashboards at a destination, for one command. It changes only what it made itself, and of that only what people
 * did not change since. One attempt a call, errors as those of a sink.
 */
export interface DashboardKeeper {
  /** Reads what is there. With `overwrite`, what people changed is changed back. */
  plan(
    wanted: readonly DashboardDescription[],
    options: CallOptions & { readonly overwrite: boolean },
  ): Promise<DashboardPlan>;
  /** Called once. */
  close(): Promise<void>;
}

/** What it takes to make the dashboards as they are described. */
export interface DashboardPlan {
  /** One for each dashboard and each chart, in the order in which they are made. */
  readonly changes: readonly DashboardChange[];
  /**
   * Reads again, makes the changes and returns the addresses of the dashboards: a person may have thought about the plan for
   * long, and what other people changed meanwhile stays. What was made before an error stays, and the next plan goes on
   * from there. Two plans that are applied at the same time make everything once.
   */
  apply(options?: CallOptions): Promise<readonly string[]>;
}

/**
 * - `create`: it is not there.
 * - `update`: it is there as an earlier description made it, or with `overwrite` as people changed it.
 * - `none`: it is there as described.
 * - `keep`: people changed it. It stays as it is.
 * - `leave`: an earlier version made it, and it is no longer described. It stays as it is.
 */
export type DashboardAction = 'create' | 'update' | 'none' | 'keep' | 'leave';

/** What becomes of one dashboard or chart. */
export interface DashboardChange {
  readonly action: DashboardAction;
  /** `dashboard`, or the destination's word for a chart. */
  readonly kind: string;
  /** That of the dashboard, or `dashboard/chart`. */
  readonly id: string;
  readonly name: string;
  /** What is not as described: empty for `create`, `none` and `leave`. */
  readonly differences: readonly DashboardDifference[];
  /** Where people see it; undefined while it is not there. */
  readonly url?: string | undefined;
}

/** One part of a dashboard or chart that is not as described. */
export interface DashboardDifference {
  /** In the destination's words, such as `name` or `query`. */
  readonly what: string;
  readonly is: string;
  readonly wanted: string;
}

/** Those of the dashboards, with those of their charts, that are for a mapping that makes these events. Each id once. */
export function dashboardsFor(
  described: readonly DashboardDescription[],
  events: ReadonlySet<string>,
): readonly DashboardDescription[] {
  const byId = new Map(described.map((dashboard) => [dashboard.id, dashboard]));
  return [...byId.values()]
    .map((dashboard) => ({
      ...dashboard,
      charts: dashboard.charts.filter((chart) => chart.events.every((event) => events.has(event))),
    }))
    .filter(({ charts }) => charts.length > 0);
}
