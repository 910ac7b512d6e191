import type {
  ChartDescription,
  DashboardAction,
  DashboardChange,
  DashboardDescription,
  DashboardDifference,
} from '@sluice/core/sink';
import { contentOfChart, contentOfDashboard, differencesOf, digestOf, type Content } from './content.js';
import type { Page, PageKind } from './project-pages.js';

/** What to do about one dashboard or insight. */
export interface PlannedPage {
  readonly change: DashboardChange;
  readonly kind: PageKind;
  readonly page: Page | undefined;
  /** Undefined for one that is no longer described. */
  readonly wanted:
    { readonly content: Content; readonly digest: string; readonly chart?: ChartDescription } | undefined;
  /** Of a dashboard and its insights. */
  readonly dashboardId: string;
  /** An insight that is put on its dashboard; `writes`: its content is written. */
  readonly attaches: boolean;
  readonly writes: boolean;
}

interface Made {
  readonly dashboards: readonly Page[];
  readonly insights: readonly Page[];
}

/** Pure: a dashboard, its insights, then the next dashboard. */
export function planChanges(
  described: readonly DashboardDescription[],
  made: Made,
  { overwrite }: { readonly overwrite: boolean },
): readonly PlannedPage[] {
  return described.flatMap((dashboard) => {
    const page = oldest(made.dashboards, dashboard.id);
    const insights = dashboard.charts.map((chart) => {
      const id = `${dashboard.id}/${chart.id}`;
      return planInsight(dashboard.id, id, chart, { insight: oldest(made.insights, id), dashboard: page, overwrite });
    });
    const isDescribed = new Set(insights.map(({ change }) => change.id));
    const left = made.insights.filter(({ mark: { id } }) => id.startsWith(`${dashboard.id}/`) && !isDescribed.has(id));
    return [
      planDashboard(dashboard, page, overwrite),
      ...insights,
      ...left.map((each) => leftAlone(dashboard.id, each)),
    ];
  });
}

/** Of several with one mark, the oldest is Sluice's: people copy insights, with their descriptions. */
export function oldest(pages: readonly Page[], id: string): Page | undefined {
  return pages.find(({ mark }) => mark.id === id);
}

function planDashboard(dashboard: DashboardDescription, page: Page | undefined, overwrite: boolean): PlannedPage {
  const content = contentOfDashboard(dashboard);
  return planned('dashboard', dashboard.id, dashboard.id, { page, overwrite, wanted: { content } });
}

function planInsight(
  dashboardId: string,
  id: string,
  chart: ChartDescription,
  found: { readonly insight: Page | undefined; readonly dashboard: Page | undefined; readonly overwrite: boolean },
): PlannedPage {
  const { insight, dashboard, overwrite } = found;
  const plan = planned('insight', dashboardId, id, {
    page: insight,
    overwrite,
    wanted: { content: contentOfChart(chart), chart },
  });
  if (insight === undefined || (dashboard !== undefined && insight.dashboards.includes(dashboard.id))) return plan;
  // On a dashboard that has to be made again, it is put back; from one that is there, a person took it.
  const attaches = dashboard === undefined || overwrite;
  const off: DashboardDifference = { what: 'dashboard', is: 'not on it', wanted: 'on it' };
  // Put back with what people changed of it.
  const differences = attaches && !plan.writes ? [off] : [...plan.change.differences, off];
  const action: DashboardAction = attaches ? 'update' : plan.change.action === 'update' ? 'update' : 'keep';
  return { ...plan, attaches, change: { ...plan.change, action, differences } };
}

function planned(
  kind: PageKind,
  dashboardId: string,
  id: string,
  {
    page,
    overwrite,
    wanted,
  }: {
    readonly page: Page | undefined;
    readonly overwrite: boolean;
    readonly wanted: { readonly content: Content; readonly chart?: ChartDescription };
  },
): PlannedPage {
  const { content } = wanted;
  const digest = digestOf(content);
  const differences = page === undefined ? [] : differencesOf(page.content, content);
  const action = actionFor(page, digest, differences, overwrite);
  return {
    kind,
    page,
    dashboardId,
    wanted: { ...wanted, digest },
    attaches: false,
    writes: action === 'create' || action === 'update',
    change: { action, kind, id, name: content['name'] ?? '', differences, url: page?.url },
  };
}

function actionFor(
  page: Page | undefined,
  digest: string,
  differences: readonly DashboardDifference[],
  overwrite: boolean,
): DashboardAction {
  if (page === undefined) return 'create';
  if (differences.length === 0) return page.mark.digest === digest ? 'none' : 'update';
  const isAsWritten = digestOf(page.content) === page.mark.digest;
  return isAsWritten || overwrite ? 'update' : 'keep';
}

function leftAlone(dashboardId: string, page: Page): PlannedPage {
  const { mark, content, url } = page;
  const change: DashboardChange = {
    action: 'leave',
    kind: 'insight',
    id: mark.id,
    name: content['name'] ?? '',
    differences: [],
    url,
  };
  return { kind: 'insight', page, dashboardId, wanted: undefined, attaches: false, writes: false, change };
}
