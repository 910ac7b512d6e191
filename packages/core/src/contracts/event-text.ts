import type { PageText } from './page-text.js';
import type { TextOutput } from './text-output.js';
import type { Instant } from './value.js';

/**
 * Appends a value of a record as JSON, exactly as `JSON.stringify` writes what `StreamMapper.map` makes of it, and returns
 * true. Returns false, and appends nothing, if the value is null. Declines the event (`TextOutput.decline`) where the text
 * cannot tell; the result does not matter then.
 */
export type WriteValue = (page: PageText, record: number, output: TextOutput) => boolean;

export interface EventTextValue {
  readonly kind: 'value';
  readonly name: string;
  /** For a field that must not be null, the event is declined instead. */
  readonly write: WriteValue;
}

export interface EventTextMap {
  readonly kind: 'map';
  readonly name: string;
  /** Without any name, a map whose nulls are omitted is left out. */
  readonly nulls: 'kept' | 'omitted';
  readonly names: readonly { readonly name: string; readonly omitNull: boolean; readonly write: WriteValue }[];
}

/** The one event that each record of a stream becomes, as the texts of its values. */
export interface EventText {
  readonly event: string;
  /** Whether the record becomes the event. If it returns false, `StreamMapper.map` tells what becomes of it. */
  readonly includes: (page: PageText, record: number) => boolean;
  /** Besides `event`, in the mapping's order; `uuid` is one of them, first. A null value is left out, as in `MappedEvent`. */
  readonly fields: readonly (EventTextValue | EventTextMap)[];
}

/**
 * Writes the event of a record in a sink's wire format, exactly as `Sink.encode` writes it, sets `TextOutput.uuidStart`, and
 * returns when the event happened; undefined if the sink's rules do not need it. Declines the event where `Sink.encode` may
 * change or reject it.
 */
export type WriteEvent = (page: PageText, record: number, output: TextOutput) => Instant | undefined;
