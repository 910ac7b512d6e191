import { StateError } from '../contracts/errors.js';
import type { LeaseHolder } from '../contracts/state-store.js';

/** The error for a state that another process holds. `until` says when that lease ends, where leases expire. */
export function inUseError(state: string, holder: LeaseHolder | undefined, until = ''): StateError {
  return new StateError(`${state} is in use by ${describeHolder(holder)}${until}; wait for it to end, or stop it`);
}

export function describeHolder(holder: LeaseHolder | undefined): string {
  if (holder === undefined) return 'another process';
  return `process ${holder.pid} on ${holder.host} since ${new Date(holder.since).toISOString()}`;
}
