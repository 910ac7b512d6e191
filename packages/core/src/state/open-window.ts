import { StateError } from '../contracts/errors.js';
import type { LedgerWindow } from '../contracts/ledger.js';
import type { PipelineState } from '../contracts/state-store.js';

/** The open window with this id, or `StateError` when there is none. */
export function openWindow(state: PipelineState, id: number): LedgerWindow {
  const window = state.windows.find((each) => each.id === id);
  if (window === undefined) throw new StateError(`the ledger has no window ${id}`);
  if (window.status !== 'open') throw new StateError(`window ${id} is already done`);
  return window;
}
