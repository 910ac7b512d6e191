import type { JsonValue, Unit } from '@sluice/core/adapter';
import type { FieldType } from '@sluice/core/source';

export interface Parameter {
  readonly name: string;
  /** The accepted types. JSON is narrowed to the first one unless `json` is accepted. */
  readonly types: readonly FieldType[];
  readonly optional?: boolean;
  /** A salt: it must be a parameter of type `secret`, which cannot be used anywhere else. */
  readonly secret?: boolean;
  /** The last parameter can be repeated. */
  readonly rest?: boolean;
}

/** One function of the language. Pure; never throws. If an argument is null, it is not called and the result is null. */
export interface FunctionDefinition {
  readonly name: string;
  readonly doc: string;
  /** A call and its result. A test runs it and provides `metadata` and `salt`. */
  readonly example: readonly [call: string, result: JsonValue];
  readonly parameters: readonly Parameter[];
  readonly result: FieldType;
  /** Whether the result can be null if no argument is null. */
  readonly nullable?: boolean;
  /** The unit of the result; `same`: the unit that all numeric arguments must share. */
  readonly unit?: Unit | 'same';
  /** Whether the result hides a personal argument, even from somebody who can guess names. */
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
