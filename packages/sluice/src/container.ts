import 'reflect-metadata';
import type { Logger, Redactor, Runtime } from '@sluice/core/adapter';
import type { Preset } from '@sluice/core/preset';
import type { MappingLanguage } from '@sluice/core/config';
import { systemRuntime, type EngineContext } from '@sluice/core/engine';
import { createLogger, InProcessScheduler, SecretRedactor, type LogLevel, type Scheduler } from '@sluice/core/service';
import {
  langfuseClickHousePosthog,
  langfuseClickHousePosthogAi,
  langfusePosthog,
  langfusePosthogAi,
} from '@sluice/langfuse-posthog';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper/language';
import { Container, type ServiceIdentifier } from 'inversify';
import { AdapterOperations } from './adapters/adapter-operations.js';
import { Adapters, type AdapterDefinition } from './adapters/adapters.js';
import { BUILT_IN_ADAPTERS } from './adapters/built-in-adapters.js';
import { RedactingLogger } from './redacting-logger.js';
import { Monitoring } from './monitoring/monitoring.js';
import { PipelineComposer } from './pipeline/pipeline-composer.js';
import { PipelineFactory } from './pipeline/pipeline-factory.js';
import { PipelineLoader } from './pipeline/pipeline-loader.js';
import { PipelineService } from './service/pipeline-service.js';
import { Sluice } from './sluice.js';

/** What a Sluice instance is made with. Everything has a default. */
export interface SluiceOptions {
  /** Sources, sinks, state stores and schedulers besides those that ship with Sluice. */
  readonly adapters?: readonly AdapterDefinition[];
  /** What `sluice init` starts from for a pair of adapters, besides the shipped presets. */
  readonly presets?: readonly Preset[];
  /** The variables for `${NAME}`, proxies and the like. Default: those of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Receives the log, without secrets. Default: lines of JSON on stderr. */
  readonly logger?: Logger;
  /** The least severe log line to write when there is no `logger`. Default: `info`. */
  readonly logLevel?: LogLevel;
  /** Receives each log line as JSON when there is no `logger`. Default: stderr. */
  readonly writeLog?: ((line: string) => void) | undefined;
  /** Clocks, timers and randomness. Default: the real ones. */
  readonly runtime?: Runtime;
  /** Decides when `start` runs a pipeline whose file names no scheduler. Default: timers in this process. */
  readonly scheduler?: Scheduler;
}

const ENVIRONMENT = token<NonNullable<SluiceOptions['environment']>>('environment');
const REDACTOR = token<Redactor>('redactor');
const LOGGER = token<Logger>('logger');
const RUNTIME = token<Runtime>('runtime');
const SCHEDULER = token<Scheduler>('scheduler');
const ENGINE_CONTEXT = token<EngineContext>('engine context');
const MAPPING_LANGUAGE = token<MappingLanguage>('mapping language');
const PRESET = token<Preset>('preset');
const ADAPTERS = token<Adapters>('adapters');
const ADAPTER_OPERATIONS = token<AdapterOperations>('adapter operations');
const LOADER = token<PipelineLoader>('pipeline loader');
const COMPOSER = token<PipelineComposer>('pipeline composer');
const FACTORY = token<PipelineFactory>('pipeline factory');
const MONITORING = token<Monitoring>('monitoring');
const SERVICE = token<PipelineService>('pipeline service');
const SLUICE = token<Sluice>('sluice');

function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol(name);
}

/** Wires what lives as long as a Sluice instance. What one operation needs is made by `PipelineComposer`. */
export function createContainer(options: SluiceOptions): Sluice {
  const container = new Container({ defaultScope: 'Singleton' });

  container.bind(ENVIRONMENT).toConstantValue(options.environment ?? process.env);
  container.bind(RUNTIME).toConstantValue(options.runtime ?? systemRuntime);
  container.bind(MAPPING_LANGUAGE).toConstantValue(createYamlMappingLanguage());

  const shipped = [langfusePosthog, langfuseClickHousePosthog, langfusePosthogAi, langfuseClickHousePosthogAi];
  const allPresets = [...shipped, ...(options.presets ?? [])];
  for (const preset of allPresets) container.bind(PRESET).toConstantValue(preset);
  container
    .bind(ADAPTERS)
    .toResolvedValue(
      (presets: Preset[]) => new Adapters(BUILT_IN_ADAPTERS, options.adapters ?? [], presets),
      [{ serviceIdentifier: PRESET, isMultiple: true }],
    );

  container.bind(REDACTOR).toResolvedValue(() => new SecretRedactor(), []);
  container.bind(LOGGER).toResolvedValue(
    (redactor: Redactor): Logger => {
      const { logger, logLevel = 'info', writeLog } = options;
      return logger
        ? new RedactingLogger(logger, redactor)
        : createLogger({ level: logLevel, redactor, write: writeLog });
    },
    [REDACTOR],
  );
  container
    .bind(ENGINE_CONTEXT)
    .toResolvedValue((runtime: Runtime, logger: Logger): EngineContext => ({ runtime, logger }), [RUNTIME, LOGGER]);
  if (options.scheduler) container.bind(SCHEDULER).toConstantValue(options.scheduler);
  else container.bind(SCHEDULER).toResolvedValue((runtime: Runtime) => new InProcessScheduler(runtime), [RUNTIME]);

  container
    .bind(LOADER)
    .toResolvedValue(
      (adapters: Adapters, language: MappingLanguage, redactor: Redactor, environment: typeof process.env) =>
        new PipelineLoader(adapters, language, redactor, environment),
      [ADAPTERS, MAPPING_LANGUAGE, REDACTOR, ENVIRONMENT],
    );
  container
    .bind(COMPOSER)
    .toResolvedValue(
      (runtime: Runtime, redactor: Redactor, environment: typeof process.env, logger: Logger) =>
        new PipelineComposer(runtime, redactor, environment, logger),
      [RUNTIME, REDACTOR, ENVIRONMENT, LOGGER],
    );
  container
    .bind(ADAPTER_OPERATIONS)
    .toResolvedValue(
      (composer: PipelineComposer, context: EngineContext, redactor: Redactor) =>
        new AdapterOperations(composer, context, redactor),
      [COMPOSER, ENGINE_CONTEXT, REDACTOR],
    );
  container
    .bind(FACTORY)
    .toResolvedValue(
      (adapters: Adapters, composer: PipelineComposer, context: EngineContext, redactor: Redactor) =>
        new PipelineFactory(adapters, composer, context, redactor),
      [ADAPTERS, COMPOSER, ENGINE_CONTEXT, REDACTOR],
    );
  container
    .bind(MONITORING)
    .toResolvedValue((runtime: Runtime, redactor: Redactor) => new Monitoring(runtime, redactor), [RUNTIME, REDACTOR]);
  container
    .bind(SERVICE)
    .toResolvedValue(
      (composer: PipelineComposer, context: EngineContext, scheduler: Scheduler, monitoring: Monitoring) =>
        new PipelineService(composer, context, scheduler, monitoring),
      [COMPOSER, ENGINE_CONTEXT, SCHEDULER, MONITORING],
    );
  container
    .bind(SLUICE)
    .toResolvedValue(
      (
        loader: PipelineLoader,
        factory: PipelineFactory,
        adapterOperations: AdapterOperations,
        service: PipelineService,
        logger: Logger,
      ) => new Sluice(loader, factory, adapterOperations, service, logger),
      [LOADER, FACTORY, ADAPTER_OPERATIONS, SERVICE, LOGGER],
    );
  return container.get(SLUICE);
}
