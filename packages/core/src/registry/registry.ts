import {
  API_VERSION,
  type SchedulerDefinition,
  type SinkDefinition,
  type SourceDefinition,
  type StateStoreDefinition,
} from '../contracts/definition.js';
import { ConfigError } from '../contracts/errors.js';

export type AnyDefinition = SourceDefinition | SinkDefinition | StateStoreDefinition | SchedulerDefinition;

/** What messages call an adapter of each kind. */
export const KIND_NAMES = { source: 'source', sink: 'sink', state: 'state store', scheduler: 'scheduler' } as const;

/** The adapters of one kind that a pipeline file can `use`. */
export interface Registry<Definition> {
  /** In alphabetical order. */
  readonly types: readonly string[];
  find(type: string): Definition | undefined;
  /** Why the package of a type could not be loaded. */
  failure(type: string): string | undefined;
  /** Whether the package of a type is not imported yet: then the check is repeated when it is. */
  isAwaited(type: string): boolean;
}

/** The adapters of every kind. */
export interface Registries {
  readonly sources: Registry<SourceDefinition>;
  readonly sinks: Registry<SinkDefinition>;
  readonly stateStores: Registry<StateStoreDefinition>;
  readonly schedulers: Registry<SchedulerDefinition>;
}

/** Throws `ConfigError` for two definitions of one type, and for one that was written for another contract version. */
export function createRegistry<Definition extends AnyDefinition>(
  definitions: readonly Definition[],
): Registry<Definition> {
  const byType = new Map<string, Definition>();
  for (const definition of definitions) {
    const { apiVersion, kind, type } = definition;
    if (apiVersion !== API_VERSION) {
      const versions = `version ${String(apiVersion)} of the contracts; this is version ${String(API_VERSION)}`;
      throw new ConfigError([], `the ${KIND_NAMES[kind]} \`${type}\` was written for ${versions}`);
    }
    if (byType.has(type)) throw new ConfigError([], `duplicate definition of the ${KIND_NAMES[kind]} \`${type}\``);
    byType.set(type, definition);
  }
  return {
    types: [...byType.keys()].toSorted(),
    find: (type) => byType.get(type),
    failure: () => undefined,
    isAwaited: () => false,
  };
}
