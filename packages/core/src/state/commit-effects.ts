import type { DeadLetter } from '../contracts/dead-letter.js';
import type { HourDigest } from '../contracts/digest.js';
import type { PipelineState, StateChange } from '../contracts/state-store.js';
import type { Instant } from '../contracts/value.js';
import { emptyHour } from './hour-digest.js';
import { openWindow } from './open-window.js';
import { rewindPoint } from './rewind-state.js';

/** What a commit does to the digests, which a store keeps beside the state. */
export type DigestChange =
  | { readonly kind: 'add'; readonly stream: string; readonly digests: readonly HourDigest[] }
  | { readonly kind: 'replace'; readonly stream: string; readonly digest: HourDigest }
  | { readonly kind: 'clear'; readonly stream: string; readonly from: Instant }
  | { readonly kind: 'clear-all' };

/** What a commit does to the dead letters, which a store keeps beside the state. */
export type DeadLetterChange =
  | { readonly kind: 'add'; readonly deadLetters: readonly DeadLetter[] }
  | { readonly kind: 'close'; readonly ids: readonly string[] }
  | { readonly kind: 'clear-all' };

/** Against the state that the change meets. */
export function digestChangesOf(state: PipelineState, change: StateChange): readonly DigestChange[] {
  if (change.type === 'bind' || (change.type === 'rewind' && change.to === 'start')) return [{ kind: 'clear-all' }];
  if (change.type === 'rewind' && change.to !== 'start') {
    const { to } = change;
    return change.streams.map((stream) => ({ kind: 'clear', stream, from: rewindPoint(state, stream, to) }));
  }
  if (change.type !== 'advance' && change.type !== 'finish') return [];
  const { purpose, window, digest } = openWindow(state, change.id);
  const { stream, from } = window;
  if (change.type === 'finish') {
    return purpose === 'repair' ? [{ kind: 'replace', stream, digest: digest ?? emptyHour(from) }] : [];
  }
  const { digests = [] } = change;
  return digests.length === 0 || purpose === 'repair' ? [] : [{ kind: 'add', stream, digests }];
}

export function deadLetterChangesOf(change: StateChange): readonly DeadLetterChange[] {
  if (change.type === 'bind' || (change.type === 'rewind' && change.to === 'start')) return [{ kind: 'clear-all' }];
  if (change.type === 'close-dead-letters' && change.ids.length > 0) return [{ kind: 'close', ids: change.ids }];
  if (change.type !== 'advance' || change.deadLetters.length === 0) return [];
  return [{ kind: 'add', deadLetters: change.deadLetters }];
}
