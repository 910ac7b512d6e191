import type { DeadLetterChange, DigestChange } from '../contracts/leased-state.js';
import type { PipelineState } from '../contracts/pipeline-state.js';
import type { StateChange } from '../contracts/state-change.js';
import { openWindow } from './assert-allowed.js';
import { emptyHour } from './hour-digest.js';
import { rewindPoint } from './rewind-state.js';

/** What a change does to the digests. `state` is the one before it. */
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

/** What a change does to the open dead letters. */
export function deadLetterChangesOf(change: StateChange): readonly DeadLetterChange[] {
  if (change.type === 'bind' || (change.type === 'rewind' && change.to === 'start')) return [{ kind: 'clear-all' }];
  if (change.type === 'close-dead-letters' && change.ids.length > 0) return [{ kind: 'close', ids: change.ids }];
  if (change.type !== 'advance' || change.deadLetters.length === 0) return [];
  return [{ kind: 'add', deadLetters: change.deadLetters }];
}
