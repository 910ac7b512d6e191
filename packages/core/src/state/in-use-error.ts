import { StateError } from '../contracts/errors.js';
import type { LeaseHolder } from '../contracts/state-store.js';

/** Says that the state is held by another process. `until` tells when its lease ends, for a store where leases expire. */
export function inUseError(state: string, holder: LeaseHolder | undefined, until = ''): StateError {
  return new StateError(`${state} is in use by ${describeHolder(holder)}${until}; wait for it to end, or stop it`);
}

export function describeHolder(holder: LeaseHolder | undefined): string {
  if (holder === undefined) return 'another process';
  return `process ${holder.pid} on ${holder.host} since ${new Date(holder.since).toISOString()}`;
}
