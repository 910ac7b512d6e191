import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { anAdapterContext } from '@sluice/testkit';

const DAY_MS = 86_400_000;
const WANTED = ['id', 'metadata', 'trace.user_id', 'project_name', 'total_cost', 'prompt_name'];
const PAGES = 5;

/** Runs every kind of statement of the source, some pages of each, for all projects and for the small one. */
export async function readEveryPart(url) {
  for (const projects of ['all', ['small']]) {
    const config = langfusePostgresSource.config.parse({ url, projects });
    const source = langfusePostgresSource.create(config, anAdapterContext());
    await source.open();
    for (const stream of langfusePostgresSource.streams) await readStream(source, stream);
    await source.close();
  }
}

async function readStream(source, { name, fields }) {
  const now = await source.now();
  const known = WANTED.filter((field) => Object.hasOwn(fields, field));
  const asked = known.map((field) => ({ field }));
  const created = { stream: name, axis: 'change', from: now - DAY_MS, until: now - DAY_MS / 2, revisitMs: 0 };
  const windows = [
    { stream: name, axis: 'event', from: 0, until: now, revisitMs: 0, createdBefore: now },
    { stream: name, axis: 'event', from: now - 15 * DAY_MS, until: now, revisitMs: 0, createdBefore: now - DAY_MS },
    created,
    // Nothing changed: the search alone. Everything since noon yesterday: a page of causes after the other.
    { ...created, from: now - 1000, until: now, revisitMs: DAY_MS },
    { ...created, until: now - DAY_MS + 600_000, revisitMs: DAY_MS },
  ];
  for (const window of windows) {
    let pages = 0;
    for await (const page of source.read({ window, fields: asked })) {
      pages += page.part === 'created' || page.part === 'event' ? 1 : 0;
      if (pages >= PAGES && window.revisitMs === 0) break;
    }
  }
  for (const axis of ['event', 'change']) {
    await source.next(name, axis, 0);
    await source.next(name, axis, now - DAY_MS, { createdBefore: now });
    await source.next(name, axis, now);
  }
}
