import type { StreamSchema } from '@sluice/core/source';
import type { SinkEventSchema } from '@sluice/core/config';
import type { MapTree } from '@sluice/core/document';
import type { Vocabulary } from '../resolve/read-vocabulary.js';
import type { Permission } from '../resolve/permissions.js';
import type { CheckedEvent } from './checked-event.js';
import type { Param } from './scope.js';

/** The changeable fields that a mapping accepts in an identity, and the personal data that it exports. */
export interface Permissions {
  readonly identity: readonly Permission[];
  readonly personalData: readonly Permission[];
  /** Personal data that must not leave in clear, whatever is allowed. */
  readonly forbidden: readonly Permission[];
}

/** A mapping with every name resolved and every type known: what the compiler, the documentation and `diff` read. */
export interface CheckedMapping {
  readonly name?: string | undefined;
  readonly doc?: string | undefined;
  /** The types of the source and the sink that the mapping was checked against, and their schemas. */
  readonly source: string;
  /** All sources that the mapping is for. */
  readonly sources: readonly string[];
  readonly sink: string;
  /** All sinks that the mapping is for; `any` for every one that takes standard events. */
  readonly sinks: readonly string[];
  readonly streams: readonly StreamSchema[];
  readonly schema: SinkEventSchema;
  readonly vocabulary: Vocabulary;
  /** In the order of declaration, with their values. */
  readonly params: ReadonlyMap<string, Param>;
  readonly permissions: Permissions;
  readonly events: readonly CheckedEvent[];
  /** The files of the mapping, the extended ones first. */
  readonly layers: readonly MapTree[];
}
