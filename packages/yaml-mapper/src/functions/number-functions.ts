import type { FunctionDefinition } from './function-definition.js';
import { number } from './parameters.js';

/** Functions of numbers. They keep the unit. */
export const NUMBER_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'round',
    doc: 'Rounds to `digits` decimal places.',
    example: ['round(1.256, 2)', 1.26],
    parameters: [number('value'), number('digits', { optional: true })],
    result: 'number',
    unit: 'same',
    evaluate: round,
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

function round(value: number, digits = 0): number | null {
  const factor = 10 ** Math.min(Math.max(Math.trunc(digits), 0), 15);
  const scaled = value * factor;
  return Number.isFinite(scaled) ? Math.round(scaled) / factor : value;
}
