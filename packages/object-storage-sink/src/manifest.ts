import type { Instant, JsonObject } from '@sluice/core/adapter';
import type { AssemblyContext, EncodedEvent } from '@sluice/core/sink';

export interface ManifestOf {
  readonly path: string;
  readonly events: readonly EncodedEvent[];
  readonly exportedAt: Instant;
  readonly context: Pick<AssemblyContext, 'pipeline' | 'stream' | 'window'>;
}

/** Where the manifest of an object is. Query engines skip what begins with an underscore. */
export function manifestPath(path: string): string {
  return `_manifest/${path}.json`;
}

/**
 * What is known of an object, stored after it and before its events count as delivered. An object without one was
 * interrupted, and its events are sent again. The name of the object is derived from its events, so their count is right
 * even if a repeat replaced the object and was interrupted: only `sha256`, `bytes` and `exportedAt` are then the older ones.
 */
export function manifest(
  { path, events, exportedAt, context: { pipeline, stream, window } }: ManifestOf,
  { bytes, sha256, writer }: { readonly bytes: number; readonly sha256: string; readonly writer: string },
): JsonObject {
  return {
    object: path,
    events: events.length,
    eventsByName: countByName(events),
    bytes,
    sha256,
    pipeline,
    stream,
    window: window === undefined ? null : { axis: window.axis, from: iso(window.from), until: iso(window.until) },
    exportedAt: iso(exportedAt),
    writer,
  };
}

function countByName(events: readonly EncodedEvent[]): JsonObject {
  const counts = new Map<string, number>();
  // An id is the uuid, a space and the name.
  for (const { id } of events) counts.set(id.slice(37), (counts.get(id.slice(37)) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function iso(time: Instant): string {
  return new Date(time).toISOString();
}
