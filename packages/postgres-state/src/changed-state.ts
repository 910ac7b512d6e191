import { EMPTY_STATE, type PipelineState } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import { checkedState } from './postgres-state-reader.js';
import type { PipelineRow } from './stored-lease.js';
import { readParts, readPartsSince, stateOf, type PartLengths } from './stored-parts.js';

/** What a pipeline's row says of its state. */
export interface StoredRevision {
  readonly revision: number;
  /** Of the parts at this revision; null where an earlier version wrote them. */
  readonly lengths: PartLengths | null;
}

/**
 * The state as it is stored now. Reads only the parts that were written after `known`, an earlier state of the same worker:
 * what a commit of another worker costs this one does not grow with the history.
 */
export async function readChanged(
  query: Query,
  row: PipelineRow,
  known: PipelineState,
  { revision, lengths }: StoredRevision,
): Promise<PipelineState> {
  if (known.revision === revision) return known;
  if (known === EMPTY_STATE || known.revision > revision || lengths === null) {
    return checkedState(await readParts(query, row), row);
  }
  const changed = await readPartsSince(query, row, known.revision);
  // What has not changed was checked before: the changed parts are checked as if they were all.
  const [was, is] = [propertiesOf(known), propertiesOf(checkedState({ ...EMPTY_STATE, ...stateOf(changed) }, row))];
  const state = Object.entries(lengths).map(([part, length]) => {
    const places = changed.flatMap((each) => (each.part === part ? [each.place] : []));
    return [part, changedProperty(was[part], is[part], { places, length })] as const;
  });
  return { ...EMPTY_STATE, ...Object.fromEntries(state) };
}

/** `is`: the elements at these places, when it is a list. */
function changedProperty(
  was: unknown,
  is: unknown,
  { places, length }: { readonly places: readonly number[]; readonly length: number },
): unknown {
  if (places.length === 0 && !Array.isArray(was)) return was;
  if (!Array.isArray(is)) return is;
  const list: unknown[] = Array.isArray(was) ? was.slice(0, length) : [];
  for (const [index, place] of places.entries()) list[place] = is[index];
  return list;
}

function propertiesOf(state: PipelineState): Readonly<Record<string, unknown>> {
  return { ...state };
}
