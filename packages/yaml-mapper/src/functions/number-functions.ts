import type { FunctionDefinition } from './function-definition.js';
import { number } from './parameters.js';

/** Functions over numbers. They keep the unit. */
export const NUMBER_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'round',
    doc: 'Rounded, to so many digits after the point.',
    example: ['round(1.256, 2)', 1.26],
    parameters: [number('value'), number('digits', { optional: true })],
    result: 'number',
    unit: 'same',
    evaluate: round,
  },
  {
    name: 'floor',
    doc: 'The next whole number below.',
    example: ['floor(1.9)', 1],
    parameters: [number('value')],
    result: 'number',
    unit: 'same',
    evaluate: Math.floor,
  },
  {
    name: 'ceil',
    doc: 'The next whole number above.',
    example: ['ceil(1.1)', 2],
    parameters: [number('value')],
    result: 'number',
    unit: 'same',
    evaluate: Math.ceil,
  },
  {
    name: 'abs',
    doc: 'Without its sign.',
    example: ['abs(-1)', 1],
    parameters: [number('value')],
    result: 'number',
    unit: 'same',
    evaluate: Math.abs,
  },
  {
    name: 'min',
    doc: 'The smallest.',
    example: ['min(3, 1, 2)', 1],
    parameters: [number('value', { rest: true })],
    result: 'number',
    unit: 'same',
    evaluate: Math.min,
  },
  {
    name: 'max',
    doc: 'The largest.',
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
