/**
 * What Sluice made is recognised by a line of its description: `sluice:langfuse/cost#1a2b3c4d`. It is written as the last
 * one; people write below it. The id never changes; the digest is that of the content that Sluice wrote, and tells what
 * people changed since.
 *
 * A tag would be seen more easily, but only paid plans of PostHog have tags: without one they are dropped silently and read
 * as none. Source: PostHog, posthog/api/tagged_item.py, `_attempt_set_tags`.
 */
export interface Mark {
  readonly id: string;
  readonly digest: string;
}

const MARK = /^[ \t]*sluice:(?<id>[a-z0-9-]+(?:\/[a-z0-9-]+)?)#(?<digest>[0-9a-f]{8})[ \t]*\r?$/m;

/**
 * PostHog takes 400 characters for an insight. Source: products/product_analytics/backend/models/insight.py,
 * `Insight.description`.
 */
export function withMark(description: string, { id, digest }: Mark): string {
  return `${description}\n\nsluice:${id}#${digest}`;
}

/** A description without its mark; `mark` is undefined for what Sluice did not make. */
export function readMark(description: string): { readonly description: string; readonly mark: Mark | undefined } {
  const [line = '', id, digest] = MARK.exec(description) ?? [];
  if (id === undefined || digest === undefined) return { description, mark: undefined };
  const parts = description.split(line).map((part) => part.trim());
  return { description: parts.filter((part) => part !== '').join('\n\n'), mark: { id, digest } };
}
