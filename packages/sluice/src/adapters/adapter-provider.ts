import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import type { StateStoreDefinition } from '@sluice/core/state';
import type { Registries } from '@sluice/core/config';
import type { Document } from '@sluice/core/document';

export type AdapterDefinition = SourceDefinition | SinkDefinition | StateStoreDefinition;

/** Where adapters come from: the shipped ones, those that a program passes, and those installed beside a file. */
export interface AdapterProvider {
  /** Those that every pipeline file can use. */
  readonly definitions: readonly AdapterDefinition[];
  /** Adds the adapters that one pipeline file uses. They belong to that file: `./sink.js` differs from folder to folder. */
  addUsedBy?(document: Document, registries: Registries): Promise<Registries>;
}
