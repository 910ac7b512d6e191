import { CONVERSIONS } from './conversions.js';
import type { FunctionDefinition } from './function-definition.js';
import { HASH_FUNCTIONS } from './hash-functions.js';
import { LIST_FUNCTIONS } from './list-functions.js';
import { MASK_FUNCTION } from './mask-function.js';
import { NUMBER_FUNCTIONS } from './number-functions.js';
import { TEXT_FUNCTIONS } from './text-functions.js';
import { TIME_FUNCTIONS } from './time-functions.js';

/** Every function except `convert(x, 'unit')`, which the checker resolves. */
export const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map(
  [
    ...TEXT_FUNCTIONS,
    ...LIST_FUNCTIONS,
    ...CONVERSIONS,
    ...TIME_FUNCTIONS,
    ...NUMBER_FUNCTIONS,
    ...HASH_FUNCTIONS,
    MASK_FUNCTION,
  ].map((definition) => [definition.name, definition]),
);
