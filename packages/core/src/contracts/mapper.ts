import type { SinkEventSchema } from './event-schema.js';
import type { MappedEvent } from './event.js';
import type { Place, Problem } from './problem.js';
import type { FieldRequest, StreamSchema } from './stream-schema.js';
import type { Row } from './value.js';

/** What a mapping makes of one record. */
export type MapResult =
  | { readonly kind: 'events'; readonly events: readonly MappedEvent[] }
  /** No event, on purpose. `rule` says which condition, e.g. `langfuse trace: level == 'DEBUG'`. */
  | { readonly kind: 'filtered'; readonly rule: string }
  /** The mapping cannot be applied to this record; it becomes a dead letter. `at` is `file:line:col`. */
  | { readonly kind: 'failed'; readonly reason: string; readonly at: string };

/** A mapping, compiled for one stream against the positions of a row. */
export interface StreamMapper {
  readonly stream: string;
  /** What the source is asked for; `map` expects its values at the same positions. */
  readonly fields: readonly FieldRequest[];
  /** Synchronous and pure: no clock, no randomness, no I/O; the same row gives the same events. Never throws. */
  map(row: Row): MapResult;
}

/** A mapping that lint found no error in. */
export interface Mapper {
  /** One per stream that the mapping reads from, in the mapping's order. */
  readonly streams: readonly StreamMapper[];
  /** A hash of the resolved mapping with its parameters: changes when the events could change. */
  readonly hash: string;
}

/** The names of the streams, in their order. */
export function streamNames({
  streams,
}: {
  readonly streams: readonly Pick<StreamMapper, 'stream'>[];
}): readonly string[] {
  return streams.map(({ stream }) => stream);
}

/** Where a mapping is written. */
export interface MappingLocation {
  /** The file, as an absolute path. */
  readonly file: string;
  /** Where in the file: `[]` for a file of its own, `['mapping']` when a pipeline file holds it in place. */
  readonly path: readonly string[];
}

export interface MappingContext {
  /** The pipeline's source, or undefined when a mapping is linted by itself: then it names its own. */
  readonly sourceType?: string;
  /** The pipeline's sink; a mapping for another one is an error unless this sink takes `any`. */
  readonly sinkType?: string;
  /** Values from the pipeline file. Undefined when a mapping is linted by itself: required ones may then be missing. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Where the pipeline file gives a parameter, or without a name, where it gives them all. */
  placeOfParam?(name?: string): Place;
  /** Whether the pipeline file holds a parameter's value in clear, and not as a variable. */
  isParamInClear?(name: string): boolean;
  /** The streams of a source type, or undefined when no such type is known. */
  streamsOf(sourceType: string): readonly StreamSchema[] | undefined;
  /** The event schema of a sink type, or undefined when no such type is known. */
  eventSchemaOf(sinkType: string): SinkEventSchema | undefined;
  /** The known types, for "did you mean". */
  readonly knownSources: readonly string[];
  readonly knownSinks: readonly string[];
  /** Reads a file as text. */
  readFile(path: string): string;
  /** A file of a package that is installed beside the file `from`, or undefined. */
  locatePackageFile?(specifier: string, from: string): string | undefined;
}

export interface LoadedMapping {
  /** Every problem at once. */
  readonly problems: readonly Problem[];
  /** Present when no problem is an error. */
  readonly mapper?: Mapper;
}

/** The language that mappings are written in. One implementation is bound; the engine sees only `Mapper`. */
export interface MappingLanguage {
  /** Parses, checks and compiles. Never throws for what a file contains. */
  load(location: MappingLocation, context: MappingContext): LoadedMapping;
}
