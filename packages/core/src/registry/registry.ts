import {
  API_VERSION,
  type SinkDefinition,
  type SourceDefinition,
  type StateStoreDefinition,
} from '../contracts/definition.js';
import { ConfigError } from '../contracts/errors.js';

export type AnyDefinition = SourceDefinition | SinkDefinition | StateStoreDefinition;

/** The adapters of one kind that a pipeline file can `use`. */
export interface Registry<Definition> {
  /** In alphabetical order. */
  readonly types: readonly string[];
  find(type: string): Definition | undefined;
  /** Why a package that a pipeline file uses could not be loaded. */
  failure(type: string): string | undefined;
}

/** Throws `ConfigError` for two definitions of one type, and for one that was written for other contracts. */
export function createRegistry<Definition extends AnyDefinition>(
  definitions: readonly Definition[],
  failures: ReadonlyMap<string, string> = new Map(),
): Registry<Definition> {
  const byType = new Map<string, Definition>();
  for (const definition of definitions) {
    const { apiVersion, kind, type } = definition;
    if (apiVersion !== API_VERSION) {
      const message = `the ${kind} "${type}" was written for version ${String(apiVersion)} of the contracts, this is ${String(API_VERSION)}`;
      throw new ConfigError([], message);
    }
    if (byType.has(type)) throw new ConfigError([], `there are two definitions of the ${kind} "${type}"`);
    byType.set(type, definition);
  }
  return {
    types: [...byType.keys()].toSorted(),
    find: (type) => byType.get(type),
    failure: (type) => failures.get(type),
  };
}
