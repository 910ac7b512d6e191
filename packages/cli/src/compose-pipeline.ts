import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError, type AdapterContext, type Logger, type StreamSchema } from '@sluice/core/adapter';
import {
  createRegistry,
  environmentFromFile,
  loadInstalledAdapters,
  loadPipelineFile,
  type LoadedPipelineFile,
  type PipelineConfig,
} from '@sluice/core/config';
import { readDocument } from '@sluice/core/document';
import type { Pipeline } from '@sluice/core/engine';
import type { StateStore } from '@sluice/core/state';
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
  const document = readDocument(path, readFile);
  return loadPipelineFile(document, {
    ...(await loadInstalledAdapters(document, builtIn)),
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

/** Several of them; the problems of all are told at once. */
export async function requirePipelines(
  files: readonly string[],
  envFile: string | undefined,
  context: CommandContext,
): Promise<readonly PipelineConfig[]> {
  const loaded: LoadedPipelineFile[] = [];
  for (const file of files) loaded.push(await loadPipeline(file, envFile, context));
  const pipelines = loaded.flatMap(({ pipeline }) => pipeline ?? []);
  if (pipelines.length < files.length) throw new ConfigError(loaded.flatMap(({ problems }) => problems));
  return pipelines;
}

/** Makes the adapters that a pipeline file asks for. Opens no connection. */
export function composePipeline(config: PipelineConfig, logger: Logger, context: CommandContext): Pipeline {
  const adapterContext = adapterContextOf(config, logger, context);
  const { source, sink, mapper, start, settleMs, revisitMs, maxWindowMs, delivery, deadLetters } = config;
  return {
    name: config.name,
    source: source.definition.create(source.config, adapterContext),
    sink: sink.definition.create(sink.config, adapterContext),
    state: composeState(config, logger, context),
    mapper,
    start,
    settleMs,
    revisitMs,
    maxWindowMs,
    delivery,
    ...(deadLetters.personalData === 'omit' ? { leftOutOfDeadLetters: personalFields(source.definition.streams) } : {}),
  };
}

/** Its state store alone, for who only looks at the state. */
export function composeState(config: PipelineConfig, logger: Logger, context: CommandContext): StateStore {
  const { definition, config: options } = config.state;
  return definition.create(options, adapterContextOf(config, logger, context));
}

function adapterContextOf({ file }: PipelineConfig, logger: Logger, context: CommandContext): AdapterContext {
  return {
    logger,
    runtime: context.services.runtime,
    environment: context.environment,
    baseDirectory: dirname(file),
    userAgent: `sluice/${version}`,
  };
}

function personalFields(streams: readonly StreamSchema[]): ReadonlyMap<string, ReadonlySet<string>> {
  const personal = ({ fields }: StreamSchema) =>
    Object.entries(fields).flatMap(([name, field]) => (field.personal ? [name] : []));
  return new Map(streams.map((stream) => [stream.name, new Set(personal(stream))]));
}
