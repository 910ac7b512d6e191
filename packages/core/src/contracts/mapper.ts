import type { Span, Tree } from './document.js';
import type { EventDescription } from './event-description.js';
import type { SinkEventSchema } from './event-schema.js';
import type { EventText } from './event-text.js';
import type { MappedEvent } from './event.js';
import type { MappingFunction } from './mapping-function.js';
import type { Place, Problem } from './problem.js';
import type { Redactor } from './redactor.js';
import type { FieldRequest, StreamSchema } from './stream-schema.js';
import type { Row } from './value.js';

/** The result of mapping one record. */
export type MapResult =
  | {
      readonly kind: 'events';
      readonly events: readonly MappedEvent[];
      /** The record is not final: it is held, until it is this old at most, in milliseconds. Absent: it is sent. */
      readonly heldForMs?: number;
    }
  /** No event, on purpose. `rule` names the condition, e.g. `page view: level == 'DEBUG'`; `at` is `file:line:col`. */
  | { readonly kind: 'filtered'; readonly rule: string; readonly at?: string }
  /** The mapping cannot be applied to this record; it becomes a dead letter. `at` is `file:line:col`. */
  | { readonly kind: 'failed'; readonly reason: string; readonly at: string };

/** A mapping, compiled for one stream. */
export interface StreamMapper {
  readonly stream: string;
  /** The fields to read; `map` expects their values in the same order. */
  readonly fields: readonly FieldRequest[];
  /** Synchronous and pure: no clock, no randomness, no I/O; the same row gives the same events. Never throws. */
  map(row: Row): MapResult;
  /** Whether records are held until they are final: see `MapResult.heldForMs`. The source must have `get`. Default: false. */
  readonly holds?: boolean;
  /** The same as text. Absent if a record can become several events, or can be held. */
  readonly eventText?: EventText;
}

/** A mapping without lint errors. */
export interface Mapper {
  /** One per stream that the mapping reads, in the mapping's order. */
  readonly streams: readonly StreamMapper[];
  /** The kinds of events that it makes. */
  readonly events: readonly EventDescription[];
  /** A hash of the resolved mapping with its parameters; changes if the events can change. */
  readonly hash: string;
  /** By stream, the fields that it makes pseudonyms of. With any, dead letters leave them and personal data out by default. */
  readonly pseudonyms?: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The names of the streams, in their order. */
export function streamNames(mapper: { readonly streams: readonly { readonly stream: string }[] }): readonly string[] {
  return mapper.streams.map(({ stream }) => stream);
}

/** Where a mapping is written. */
export interface MappingLocation {
  /** The mapping's file, or the pipeline file that contains the mapping, as an absolute path. */
  readonly file: string;
  /** The mapping itself, when a pipeline file contains it. Absent: the file is read. */
  readonly inPlace?: Tree;
  /** Where the pipeline file names the mapping's file: a problem there if it cannot be read. */
  readonly namedAt?: Span;
}

/** A schema file, as `SourceDefinition.described` understands it. */
export interface LoadedSchemaFile {
  readonly problems: readonly Problem[];
  /** Present if no problem is an error. */
  readonly source?: { readonly type: string; readonly streams: readonly StreamSchema[] };
}

/** What a mapping is checked against: the pipeline that it is in, and the adapters that it names. */
export interface MappingContext {
  /** The type of the pipeline's source; undefined when a mapping is linted by itself, which then names one. */
  readonly sourceType?: string;
  /** The type of the pipeline's sink; a mapping for another sink is an error unless this sink takes `any`. */
  readonly sinkType?: string;
  /** Values from the pipeline file. Undefined when a mapping is linted by itself; required ones may then be missing. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Where the pipeline file sets a parameter or, without a name, all parameters. */
  placeOfParam?(name?: string): Place;
  /** A parameter's value as the pipeline file has it, with quotes and escapes; undefined if it comes from a variable. */
  paramInClear?(name: string): string | undefined;
  /** The streams of a source type; undefined for an unknown type. */
  streamsOf(sourceType: string): readonly StreamSchema[] | undefined;
  /** The source type and the streams of a schema file that a mapping names as its source; absent: there are no such files. */
  schemaFile?(path: string, namedAt: Span): LoadedSchemaFile;
  /** The event schema of a sink type; undefined for an unknown type. */
  eventSchemaOf(sinkType: string): SinkEventSchema | undefined;
  /** The functions that an adapter adds to the language. */
  functionsOf?(kind: 'source' | 'sink', type: string): readonly MappingFunction[] | undefined;
  /** The known types, for suggestions. */
  readonly knownSources: readonly string[];
  readonly knownSinks: readonly string[];
  /** Why the package or file of a type could not be loaded; undefined for a type that is merely unknown. */
  adapterFailure?(kind: 'source' | 'sink', type: string): string | undefined;
  /** Told of the parameters that are secret. */
  readonly redactor: Pick<Redactor, 'add'>;
  /** Reads a file as text. */
  readonly readFile: (path: string) => string;
  /** A file of a package that is installed next to the file `from`, or undefined. */
  readonly locatePackageFile?: (specifier: string, from: string) => string | undefined;
}

/** What is wrong with a mapping, and its mapper if it can be used. */
export interface LoadedMapping {
  /** Every problem at once. */
  readonly problems: readonly Problem[];
  /** Present if no problem is an error. */
  readonly mapper?: Mapper;
}

/** The language of mappings. The engine sees only `Mapper`. */
export interface MappingLanguage {
  /** Parses, checks and compiles a mapping. Never throws because of a file's content. */
  load(location: MappingLocation, context: MappingContext): LoadedMapping;
}
