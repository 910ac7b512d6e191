import 'reflect-metadata';
import { jsonlSinkModule } from '@sluice/jsonl-sink';
import type { Preset, Runtime, SinkDefinition, SourceDefinition, StateStoreDefinition } from '@sluice/core/adapter';
import { coreModule, tokens, type MappingLanguage } from '@sluice/core/config';
import type { Scheduler } from '@sluice/core/service';
import { fileStateModule } from '@sluice/file-state';
import { langfusePostgresSourceModule } from '@sluice/langfuse-postgres-source';
import { langfusePosthogModule } from '@sluice/langfuse-posthog';
import { postgresStateModule } from '@sluice/postgres-state';
import { posthogSinkModule } from '@sluice/posthog-sink';
import { yamlMapperModule } from '@sluice/yaml-mapper';
import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import type { Services } from './services.js';

export const servicesToken: ServiceIdentifier<Services> = Symbol.for('sluice:services');

const cliModule = new ContainerModule(({ bind }) => {
  bind(servicesToken).toResolvedValue(
    (
      sources: SourceDefinition[],
      sinks: SinkDefinition[],
      stateStores: StateStoreDefinition[],
      presets: Preset[],
      mappingLanguage: MappingLanguage,
      runtime: Runtime,
      scheduler: Scheduler,
    ): Services => ({
      sources,
      sinks,
      stateStores,
      presets,
      mappingLanguage,
      runtime,
      scheduler,
    }),
    [
      { serviceIdentifier: tokens.sourceDefinition, isMultiple: true },
      { serviceIdentifier: tokens.sinkDefinition, isMultiple: true },
      { serviceIdentifier: tokens.stateStoreDefinition, isMultiple: true },
      { serviceIdentifier: tokens.preset, isMultiple: true },
      tokens.mappingLanguage,
      tokens.runtime,
      tokens.scheduler,
    ],
  );
});

/** Everything that ships with Sluice. What lives as long as the process is in here; pipelines are composed later. */
export function createContainer(): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.load(
    coreModule,
    fileStateModule,
    yamlMapperModule,
    langfusePostgresSourceModule,
    langfusePosthogModule,
    posthogSinkModule,
    jsonlSinkModule,
    postgresStateModule,
    cliModule,
  );
  return container;
}
