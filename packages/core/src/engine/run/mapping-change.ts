import type { LedgerWindow } from '../../contracts/ledger.js';
import type { PipelineState } from '../../contracts/pipeline-state.js';
import type { Instant } from '../../contracts/value.js';

/** The mapping is another one than when events were last sent: those keep their old shape. */
export interface MappingChange {
  /** The hashes of the mappings. */
  readonly was: string;
  readonly is: string;
  /** Where a backfill of everything that was sent begins, by event time. */
  readonly from: Instant;
}

/** Undefined when the mapping is the one that was used last, or none was used yet. */
export function mappingChange(
  { windows, binding }: Pick<PipelineState, 'windows' | 'binding'>,
  is: string,
): MappingChange | undefined {
  const [last] = windows
    .filter(({ segments }) => segments.length > 0)
    .toSorted((a, b) => usedAt(b) - usedAt(a) || b.id - a.id);
  const was = last?.segments.at(-1)?.mapping;
  if (was === undefined || was === is || binding === undefined) return undefined;
  const history = windows.filter(({ purpose }) => purpose === 'first-backfill');
  return { was, is, from: Math.min(binding.handover, ...history.map(({ window }) => window.from)) };
}

function usedAt({ finishedAt, plannedAt }: LedgerWindow): Instant {
  return finishedAt ?? plannedAt;
}
