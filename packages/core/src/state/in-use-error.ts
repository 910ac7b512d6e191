import { StateError } from '../contracts/errors.js';
import type { LeaseHolder } from '../contracts/state-store.js';

/**
 * The error for a state that another process holds. `until` says when that lease ends, where leases expire; `orElse`, what
 * there is to do besides.
 */
export function inUseError(
  state: string,
  holder: LeaseHolder | undefined,
  { until = '', orElse = '' }: { readonly until?: string; readonly orElse?: string } = {},
): StateError {
  const it = (holder?.others ?? 0) === 0 ? 'it' : 'them';
  return new StateError(
    `${state} is in use by ${describeHolder(holder)}${until}; wait for ${it} to end, or stop ${it}${orElse}`,
  );
}

/** `process 4711 on ops-1 since 2026-03-10T11:30:00Z and 2 other workers`. */
export function describeHolder(holder: LeaseHolder | undefined): string {
  if (holder === undefined) return 'another process';
  const { pid, host, since, others } = holder;
  return `process ${pid} on ${host} since ${new Date(since).toISOString().slice(0, 19)}Z${describeOthers(others)}`;
}

function describeOthers(others = 0): string {
  if (others === 0) return '';
  return others === 1 ? ' and 1 other worker' : ` and ${others} other workers`;
}
