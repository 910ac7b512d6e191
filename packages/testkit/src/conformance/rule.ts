import { AssertionError } from 'chai';

/** Fails with the rule of the contract that is broken, and with what to do about it. */
export function mustHold(holds: boolean, rule: string, help: string): asserts holds {
  if (!holds) throw new AssertionError(`${rule}; to do: ${help}`);
}
