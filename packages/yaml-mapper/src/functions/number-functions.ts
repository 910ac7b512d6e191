import type { FunctionDefinition } from './function-definition.js';
import { roundDecimal } from './decimal.js';
import { number } from './parameters.js';

/** Functions of numbers. They keep the unit. */
export const NUMBER_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'round',
    doc: 'Rounds the decimal number to `digits` places, halves away from zero; -2 rounds to hundreds.',
    example: ['round(1.005, 2)', 1.01],
    parameters: [number('value'), number('digits', { optional: true })],
    result: 'number',
    unit: 'same',
    evaluate: roundDecimal,
  },
  {
    name: 'floor',
    doc: 'Rounds down to a whole number.',
    example: ['floor(1.9)', 1],
    parameters: [number('value')],
    result: 'number',
    unit: 'same',
    evaluate: Math.floor,
  },
  {
    name: 'ceil',
    doc: 'Rounds up to a whole number.',
    example: ['ceil(1.1)', 2],
    parameters: [number('value')],
    result: 'number',
    unit: 'same',
    evaluate: Math.ceil,
  },
  {
    name: 'abs',
    doc: 'Returns the absolute value.',
    example: ['abs(-1)', 1],
    parameters: [number('value')],
    result: 'number',
    unit: 'same',
    evaluate: Math.abs,
  },
  {
    name: 'min',
    doc: 'Returns the smallest number.',
    example: ['min(3, 1, 2)', 1],
    parameters: [number('value', { rest: true })],
    result: 'number',
    unit: 'same',
    evaluate: Math.min,
  },
  {
    name: 'max',
    doc: 'Returns the largest number.',
    example: ['max(3, 1, 2)', 3],
    parameters: [number('value', { rest: true })],
    result: 'number',
    unit: 'same',
    evaluate: Math.max,
  },
];
