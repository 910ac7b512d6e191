import type { Parameter } from './function-definition.js';

/** The length above which a function returns null instead of a text. */
export const MAX_TEXT = 1_000_000;

export const text = (name: string, more?: Partial<Parameter>): Parameter => ({ name, types: ['text'], ...more });
export const number = (name: string, more?: Partial<Parameter>): Parameter => ({ name, types: ['number'], ...more });
export const texts = (name: string): Parameter => ({ name, types: ['text[]'] });
export const timestamp = (name: string): Parameter => ({ name, types: ['timestamp'] });

export function bounded(value: string): string | null {
  return value.length <= MAX_TEXT ? value : null;
}

export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
