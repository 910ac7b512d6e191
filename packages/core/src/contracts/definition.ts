import type { ZodType } from 'zod';
import type { DashboardKeeper } from './dashboard.js';
import type { EventDescription } from './event-description.js';
import type { SinkEventSchema } from './event-schema.js';
import type { Logger } from './logger.js';
import type { MappingFunction } from './mapping-function.js';
import type { Redactor } from './redactor.js';
import type { Repeats } from './repeats.js';
import type { Runtime } from './runtime.js';
import type { SetupQuestion } from './setup.js';
import type { Sink } from './sink.js';
import type { CallOptions, Source } from './source.js';
import type { Scheduler } from './scheduler.js';
import type { StateStore } from './state-store.js';
import type { StreamSchema } from './stream-schema.js';

/** The version of these contracts. Definitions for another version are refused when they are loaded. */
export const API_VERSION = 1;

/** What an adapter receives when it is created. */
export interface AdapterContext {
  readonly logger: Logger;
  readonly runtime: Runtime;
  /**
   * Knows every option that is a `secretText()`. An adapter adds a secret that it takes from elsewhere, such as the
   * password of a proxy.
   */
  readonly redactor: Redactor;
  /** The process's environment, for what an adapter must take from it by convention, such as proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder of the pipeline file: relative paths in the configuration start here. */
  readonly baseDirectory: string;
  /** The name and version of the exporter, for user agents: `sluice/0.1.0`. */
  readonly userAgent: string;
}

/** What a sink receives when it is created. */
export interface SinkContext extends AdapterContext {
  /** The name of the pipeline. */
  readonly pipeline: string;
  /** The kinds of events that the pipeline's mapping makes. */
  readonly events: readonly EventDescription[];
}

interface Definition<Config> {
  readonly apiVersion: typeof API_VERSION;
  /** The name after `use:` in a pipeline file. */
  readonly type: string;
  /** One line for people. */
  readonly doc: string;
  /** The strict schema of `with:`. Defaults are here and nowhere else. */
  readonly config: ZodType<Config>;
}

/**
 * How a source whose streams are described in YAML understands the description: in the option `streams`, or in the schema
 * file that the option `schema` names. Its options have both.
 */
export interface StreamDescriptions<Described = unknown> {
  /** Of `streams:`. */
  readonly schema: ZodType<Described>;
  /** The streams that a description makes. Pure. */
  streamsOf(described: Described): readonly StreamSchema[];
  /** How `sluice schema pull` completes a schema file. Absent: the source knows no more than its description. */
  readonly pull?: SchemaPull;
}

/** Lets a source complete the schema file that describes it. */
export interface SchemaPull<Config = unknown> {
  /** Of `with:`, with a description that may be incomplete. */
  readonly config: ZodType<Config>;
  /** What the description should say, by what the source has. Keeps what people wrote unless the source contradicts it. */
  read(config: Config, context: AdapterContext, options?: CallOptions): Promise<PulledSchema>;
}

/** What a schema file should say, by what its source has. */
export interface PulledSchema {
  /** Values below `streams:`, in the order in which they are written. */
  readonly edits: readonly SchemaEdit[];
  /** What people should know or decide, in one line each. */
  readonly notes: readonly string[];
}

/** One value to set in a schema file. */
export interface SchemaEdit {
  readonly path: readonly string[];
  readonly value: string | boolean | readonly string[];
}

/** What a source package exports as `definition`, for `use: "@acme/…"`, or a program passes to `createSluice`. */
export interface SourceDefinition<Config = unknown> extends Definition<Config> {
  readonly kind: 'source';
  /** Empty for a source with `described`, until a description is known. */
  readonly streams: readonly StreamSchema[];
  /** Functions for mappings of this source's records. */
  readonly functions?: readonly MappingFunction[];
  /** For a source whose streams are described in YAML. */
  readonly described?: StreamDescriptions;
  /** What `sluice init` asks, in this order. */
  readonly setup?: readonly SetupQuestion[];
  /**
   * The record that an address of the source's own pages shows; undefined for any other address. If several streams have
   * it, the stream is the one that `contains` the others.
   */
  recordAt?(address: URL): { readonly stream: string; readonly key: string } | undefined;
  /**
   * Why the options keep a field back, as what to do about it: `set content: include`; undefined if they do not. A mapping
   * that reads such a field is a problem of its pipeline file.
   */
  withheld?(field: string, config: Config): string | undefined;
  /**
   * What to set so that a field has values; undefined if the options suffice. Without it the field is always null. A mapping
   * that reads such a field is a warning of its pipeline file.
   */
  unset?(field: string, config: Config): string | undefined;
  /** Whether its sources have `get`. A pipeline file whose mapping holds records needs that. Default: true. */
  readonly readsByKey?: boolean;
  /** Makes a source. Opens no connection. */
  create(config: Config, context: AdapterContext): Source;
}

/** How a sink keeps dashboards at its destination. */
export interface DashboardKeeping<Config = unknown> {
  /** What the destination calls a chart: `insight`. */
  readonly chartWord: string;
  /** Opens no connection. Throws `ConfigError` for an option that only dashboards need and that is missing. */
  create(config: Config, context: AdapterContext): DashboardKeeper;
}

/** What a sink package exports. */
export interface SinkDefinition<Config = unknown> extends Definition<Config> {
  readonly kind: 'sink';
  readonly eventSchema: SinkEventSchema;
  /** Functions for mappings for this sink. */
  readonly functions?: readonly MappingFunction[];
  /** What the destination does with an event that it has received before. */
  repeats(config: Config): Repeats;
  /** What `sluice init` asks, in this order. */
  readonly setup?: readonly SetupQuestion[];
  /** Other forms of the requests that a preview can show, each by the options that lead to it. */
  readonly previewVariants?: readonly { readonly name: string; readonly with: Readonly<Record<string, unknown>> }[];
  /**
   * Pure: the statements, such as those of SQL, that a person runs at the destination before the first run. For a sink that
   * writes to a table that it does not make.
   */
  ddl?(config: Config, context: SinkContext): readonly string[];
  /** For a sink whose destination has dashboards: how `sluice dashboard` makes those of the presets there. */
  readonly dashboards?: DashboardKeeping<Config>;
  /** Makes a sink. Opens no connection. */
  create(config: Config, context: SinkContext): Sink;
}

/** What a state store package exports. */
export interface StateStoreDefinition<Config = unknown> extends Definition<Config> {
  readonly kind: 'state';
  /** Whether processes on different machines see the same state. A pipeline with `scheduler:` needs that. Default: false. */
  readonly isShared?: boolean;
  create(config: Config, context: AdapterContext): StateStore;
}

/** What a scheduler package exports. A scheduler that a pipeline file names shares pipelines among processes. */
export interface SchedulerDefinition<Config = unknown> extends Definition<Config> {
  readonly kind: 'scheduler';
  /**
   * Makes the scheduler of all pipelines of a process that name it with the same options. Opens no connection. Relative
   * paths start in the folder of the first pipeline's file.
   */
  create(config: Config, context: AdapterContext): Scheduler;
}
