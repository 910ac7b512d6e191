import type { Span, Tree } from '@sluice/core/document';
import type { WrittenFinal } from './read-final.js';
import type { NamedSpan } from './read-tree.js';

export interface WrittenValue {
  readonly span: Span;
  readonly tree: Tree;
}

export type WrittenField =
  | ({ readonly kind: 'value' } & WrittenValue)
  | {
      readonly kind: 'map';
      readonly span: Span;
      readonly names: ReadonlyMap<string, WrittenValue>;
      /** The standard map whose names it has as well: `event.properties`. */
      readonly takes?: string | undefined;
    };

/** An event or a fragment as one file writes it. */
export interface EventShape {
  readonly span: Span;
  readonly event?: NamedSpan | undefined;
  readonly doc?: NamedSpan | undefined;
  readonly rename?: NamedSpan | undefined;
  readonly from?: NamedSpan | undefined;
  readonly include: readonly NamedSpan[];
  readonly remove: readonly Removal[];
  readonly conditions: readonly WrittenValue[];
  readonly final?: WrittenFinal | undefined;
  readonly each?: WrittenValue | undefined;
  /** Whether names whose value is null are left out of maps that would otherwise keep them. */
  readonly omitNull?: boolean | undefined;
  readonly fields: ReadonlyMap<string, WrittenField>;
  /** The event's name at the sink, if it is another one there. */
  readonly sinkName?: NamedSpan | undefined;
  /** Whether the sink gets no such event. */
  readonly omit?: boolean | undefined;
  /** Fields that do not get the default of the sink either. */
  readonly removedDefaults: ReadonlySet<string>;
}

interface Removal extends NamedSpan {
  /** Whether it has been found in the same file, so that it need not be inherited as well. */
  readonly isDone?: boolean;
}
