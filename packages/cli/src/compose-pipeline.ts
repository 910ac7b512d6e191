import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  ConfigError,
  createRegistry,
  environmentFromFile,
  loadInstalledAdapters,
  loadPipelineFile,
  type AdapterContext,
  type LoadedPipelineFile,
  type Logger,
  type Pipeline,
  type PipelineConfig,
  type StreamSchema,
} from '@sluice/core';
import type { CommandContext } from './command-context.js';
import { version } from './version.js';

const fromDisk = (path: string) => readFileSync(path, 'utf8');

/** Loads a pipeline file with every adapter that it names. Never throws for what the file contains. */
export async function loadPipeline(
  file: string,
  envFile: string | undefined,
  { services, environment }: CommandContext,
  readFile = fromDisk,
): Promise<LoadedPipelineFile> {
  const path = resolve(file);
  const builtIn = {
    sources: createRegistry(services.sources),
    sinks: createRegistry(services.sinks),
    stateStores: createRegistry(services.stateStores),
  };
  const registries = await loadInstalledAdapters(path, builtIn, { readFile });
  return loadPipelineFile(path, {
    ...registries,
    environment: envFile === undefined ? environment : environmentFromFile(resolve(envFile), environment),
    mappingLanguage: services.mappingLanguage,
    readFile,
  });
}

/** The same, for commands that cannot go on with an error. Throws `ConfigError` with every problem. */
export async function requirePipeline(
  file: string,
  envFile: string | undefined,
  context: CommandContext,
): Promise<PipelineConfig> {
  const { pipeline, problems } = await loadPipeline(file, envFile, context);
  if (!pipeline) throw new ConfigError(problems);
  return pipeline;
}

/** Makes the adapters that a pipeline file asks for. Opens no connection. */
export function composePipeline(config: PipelineConfig, logger: Logger, context: CommandContext): Pipeline {
  const adapterContext: AdapterContext = {
    logger,
    runtime: context.services.runtime,
    environment: context.environment,
    baseDirectory: dirname(config.file),
    userAgent: `sluice/${version}`,
  };
  const { source, sink, state, mapper, start, settleMs, revisitMs, maxWindowMs, delivery, deadLetters } = config;
  return {
    name: config.name,
    source: source.definition.create(source.config, adapterContext),
    sink: sink.definition.create(sink.config, adapterContext),
    state: state.definition.create(state.config, adapterContext),
    mapper,
    start,
    settleMs,
    revisitMs,
    maxWindowMs,
    delivery,
    ...(deadLetters.personalData === 'omit' ? { leftOutOfDeadLetters: personalFields(source.definition.streams) } : {}),
  };
}

function personalFields(streams: readonly StreamSchema[]): ReadonlyMap<string, ReadonlySet<string>> {
  const personal = ({ fields }: StreamSchema) =>
    Object.entries(fields).flatMap(([name, field]) => (field.personal ? [name] : []));
  return new Map(streams.map((stream) => [stream.name, new Set(personal(stream))]));
}
