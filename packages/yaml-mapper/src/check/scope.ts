import type { JsonValue, StreamSchema } from '@sluice/core';
import type { Expression } from './expression.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { ParamType } from '../resolve/param-value.js';
import type { Span } from '../yaml/source-file.js';
import type { ValueType } from './value-type.js';

export interface Param {
  readonly name: string;
  readonly doc?: string;
  /** What the mapping declares; `type` is what an expression sees of it. */
  readonly declared: ParamType;
  readonly type: ValueType;
  /** Null when the mapping is linted by itself and has no default. */
  readonly value: JsonValue;
  readonly hasDefault: boolean;
  readonly span: Span;
  used: boolean;
}

/** What the names in an expression can mean. */
export interface Scope {
  readonly stream: StreamSchema;
  readonly params: ReadonlyMap<string, Param>;
  readonly problems: ProblemList;
  /** The list that `item` runs over, inside an event with `each`. */
  readonly each?: Expression;
  /** Another value of the event being built; undefined when there is none or it was reported. */
  readonly eventField?: (name: string, span: Span) => Expression | undefined;
}
