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
  /** When the server that was asked has started, which tells it from others; undefined when there is no row. */
  readonly server: string | undefined;
}

/** What a worker has read or committed last, and at which server. */
export interface KnownState extends Pick<StoredRevision, 'server'> {
  readonly state: PipelineState;
}

export const NOTHING_KNOWN: KnownState = { state: EMPTY_STATE, server: undefined };

/**
 * The state as it is stored now. Reads only the parts that were written after `known`, an earlier state of the same worker:
 * what a commit of another worker costs this one does not grow with the history. Another server is read as a whole: as a
 * standby that has taken over, it can lack what is known, and have other commits of these revisions.
 */
export async function readChanged(
  query: Query,
  row: PipelineRow,
  { state: known, server: knownServer }: KnownState,
  { revision, lengths, server }: StoredRevision,
): Promise<PipelineState> {
  const isSameServer = server === knownServer;
  if (isSameServer && known.revision === revision) return known;
  if (!isSameServer || known === EMPTY_STATE || known.revision > revision || lengths === null) {
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
