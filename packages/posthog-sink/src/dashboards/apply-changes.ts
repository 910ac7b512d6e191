import type { CallOptions, JsonValue } from '@sluice/core/adapter';
import { insightQuery } from './content.js';
import { withMark } from './mark.js';
import { oldest, type PlannedPage } from './plan-changes.js';
import type { Page, PageKind, ProjectPages } from './project-pages.js';

/** Shown by PostHog where the plan has tags. */
const TAG = 'sluice';

/** Makes the changes, one after another: PostHog lays tiles out in this order. Returns the dashboards' addresses. */
export async function applyChanges(
  pages: ProjectPages,
  planned: readonly PlannedPage[],
  options: CallOptions,
): Promise<readonly string[]> {
  const dashboards = new Map<string, Pick<Page, 'id' | 'url'>>();
  const created: { readonly id: number; readonly markId: string }[] = [];
  for (const each of planned) {
    if (each.kind === 'dashboard') dashboards.set(each.dashboardId, await applyDashboard(pages, each, options));
    else {
      const id = await applyInsight(pages, each, dashboards.get(each.dashboardId)?.id, options);
      if (id !== undefined) created.push({ id, markId: each.change.id });
    }
  }
  if (created.length > 0) {
    const made = await pages.made('insight', options);
    for (const { id, markId } of created) await withdrawIfSecond(pages, 'insight', id, oldest(made, markId), options);
  }
  return [...dashboards.values()].map(({ url }) => url);
}

async function applyDashboard(
  pages: ProjectPages,
  { page, wanted, change, writes }: PlannedPage,
  options: CallOptions,
): Promise<Pick<Page, 'id' | 'url'>> {
  const body = wanted === undefined ? {} : texts(wanted, change.id);
  if (page !== undefined) {
    if (writes) await pages.change('dashboard', page.id, body, options);
    return page;
  }
  const own = await pages.create('dashboard', { ...body, tags: [TAG] }, options);
  const first = oldest(await pages.made('dashboard', options), change.id);
  return (await withdrawIfSecond(pages, 'dashboard', own.id, first, options)) ? (first ?? own) : own;
}

/** Returns the id of an insight that was created. */
async function applyInsight(
  pages: ProjectPages,
  { page, wanted, change, writes, attaches }: PlannedPage,
  dashboard: number | undefined,
  options: CallOptions,
): Promise<number | undefined> {
  if (wanted?.chart === undefined || dashboard === undefined) return undefined;
  const body: Record<string, JsonValue> = {
    ...(writes ? { ...texts(wanted, change.id), query: json(insightQuery(wanted.chart, page?.query)) } : {}),
    ...(attaches ? { dashboards: [...(page?.dashboards ?? []), dashboard] } : {}),
  };
  if (page === undefined) {
    return (await pages.create('insight', { ...body, dashboards: [dashboard], tags: [TAG], saved: true }, options)).id;
  }
  if (writes || attaches) await pages.change('insight', page.id, body, options);
  return undefined;
}

/**
 * PostHog takes a second dashboard or insight with one mark. Of two runs that make it at the same time, the one that finds
 * an older one withdraws its own.
 */
async function withdrawIfSecond(
  pages: ProjectPages,
  kind: PageKind,
  own: number,
  first: Page | undefined,
  options: CallOptions,
): Promise<boolean> {
  if (first === undefined || first.id >= own) return false;
  await pages.change(kind, own, { deleted: true }, options);
  return true;
}

function texts({ content, digest }: NonNullable<PlannedPage['wanted']>, id: string): Record<string, JsonValue> {
  const { name = '', description = '' } = content;
  return { name, description: withMark(description, { id, digest }) };
}

function json(value: object): JsonValue {
  return JSON.parse(JSON.stringify(value));
}
