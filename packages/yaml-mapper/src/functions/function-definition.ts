import type { FieldType, JsonValue, Unit } from '@sluice/core';

export interface Parameter {
  readonly name: string;
  /** Any of these. JSON is narrowed to the first of them unless `json` is among them. */
  readonly types: readonly FieldType[];
  readonly optional?: boolean;
  /** A salt: it must be a parameter of type `secret`, which can be used nowhere else. */
  readonly secret?: boolean;
  /** The last parameter may be given any number of times, at least once. */
  readonly rest?: boolean;
}

/** One function of the language. Pure; never throws; not called when an argument is null: then the result is null. */
export interface FunctionDefinition {
  readonly name: string;
  readonly doc: string;
  /** A call and what it gives. A test runs it; `metadata` and `salt` are what that test gives. */
  readonly example: readonly [call: string, result: JsonValue];
  readonly parameters: readonly Parameter[];
  readonly result: FieldType;
  /** Whether the result can be null though no argument is. */
  readonly nullable?: boolean;
  /** The result's unit; `same`: all numbers share one, and the result has it. */
  readonly unit?: Unit | 'same';
  /** Whether the result no longer tells who a personal argument was, also to someone who can guess names. */
  readonly pseudonymous?: boolean;
  readonly evaluate: (...values: never[]) => JsonValue;
}

export function signatureOf(definition: FunctionDefinition): string {
  const parameters = definition.parameters.map(
    (parameter) =>
      `${parameter.rest ? '…' : ''}${parameter.name}${parameter.optional ? '?' : ''}: ${parameter.types.join(' | ')}`,
  );
  return `${definition.name}(${parameters.join(', ')}) → ${definition.result}`;
}
