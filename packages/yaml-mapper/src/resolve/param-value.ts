import type { JsonValue } from '@sluice/core/adapter';
import { isHeldExactly } from '../functions/decimal.js';
import { textToInstant } from '../functions/instant-text.js';

export const PARAM_TYPES = ['text', 'number', 'boolean', 'timestamp', 'url', 'secret'] as const;
export type ParamType = (typeof PARAM_TYPES)[number];

/** The value of a parameter, or null when it is not of the type. Variables are texts: `5` may be a number. */
export function paramValue(given: unknown, type: ParamType): JsonValue {
  switch (type) {
    case 'number': {
      const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      const isExact = typeof given === 'string' ? !/^[\s\d.e+-]+$/iu.test(given) || isHeldExactly(given.trim()) : true;
      const isWhole = typeof number === 'number' && Number.isInteger(number);
      if (typeof number !== 'number' || !Number.isFinite(number) || !isExact) return null;
      return typeof given === 'number' && isWhole && !Number.isSafeInteger(number) ? null : number;
    }
    case 'boolean':
      if (given === 'true' || given === 'false') return given === 'true';
      return typeof given === 'boolean' ? given : null;
    case 'timestamp':
      return typeof given === 'string' ? textToInstant(given) : null;
    case 'url':
      return typeof given === 'string' && /^https?:\/\/[^\s/]/iu.test(given) && URL.canParse(given)
        ? given.replace(/\/+$/u, '')
        : null;
    case 'secret':
      return typeof given === 'string' && given !== '' ? given : null;
    case 'text':
    default:
      return typeof given === 'string' ? given : null;
  }
}

/** How to write a value of a type, where its name does not tell. */
export function describeParamType(type: ParamType): string | undefined {
  if (type === 'number') return 'a number is exact in 53 bits; a parameter of type text keeps more digits';
  if (type === 'url') return 'a url begins with http:// or https://';
  if (type === 'timestamp') return 'a timestamp is ISO 8601: 2026-01-31, or 2026-01-31T10:00:00Z';
  if (type === 'secret') return 'a secret is a text that is not empty';
  return undefined;
}
