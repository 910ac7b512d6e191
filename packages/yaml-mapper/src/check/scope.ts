import type { JsonValue } from '@sluice/core/adapter';
import type { StreamSchema } from '@sluice/core/source';
import type { Span } from '@sluice/core/document';
import type { FunctionDefinition } from '../functions/function-definition.js';
import type { AbsentFields } from './absent-fields.js';
import type { Expression } from './expression.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { ParamType } from '../resolve/param-value.js';
import type { ValueType } from './value-type.js';

export interface Param {
  readonly name: string;
  /** The declared type; `type` is the type of an expression that reads the parameter. */
  readonly declared: ParamType;
  readonly type: ValueType;
  /** Null if the mapping is linted without a pipeline and the parameter has no default. */
  readonly value: JsonValue;
  readonly span: Span;
  used: boolean;
}

/** The names that an expression can read. */
export interface Scope {
  readonly stream: StreamSchema;
  readonly params: ReadonlyMap<string, Param>;
  readonly problems: ProblemList;
  readonly absent: AbsentFields;
  /** What it can call. Default: the functions of the language. */
  readonly functions?: ReadonlyMap<string, FunctionDefinition> | undefined;
  /** The list that `item` is taken from, in an event with `each`. */
  readonly each?: Expression | undefined;
  /** What reads another value of the event being checked; undefined if it cannot be read. */
  readonly eventField?: (name: string, span: Span) => Expression | undefined;
}
