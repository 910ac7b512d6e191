import { createSluice } from '@sluice/sluice';

/** The sources or sinks that are known by name. Loads none of them. */
export function knownAdapters(kind: 'source' | 'sink'): Promise<readonly string[]> {
  const { adapters } = createSluice();
  return adapters.usedBy('pipeline.yaml', ({ sources, sinks }) => ({ source: sources, sink: sinks })[kind].types);
}
