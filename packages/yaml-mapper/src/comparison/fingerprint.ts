import { hash } from 'node:crypto';
import type { Expression } from '../check/expression.js';
import { meaningOf } from '../check/meaning.js';

/** Hashes of expressions. Expressions with equal hashes mean the same, wherever and however they are written. */
export class Fingerprints {
  readonly #known = new Map<object, string>();

  of(expression: Expression): string {
    const known = this.#known.get(expression);
    if (known !== undefined) return known;
    const text = JSON.stringify(expression, (key, value: unknown) => this.#meaning(key, value, expression));
    const fingerprint = hash('sha256', text, 'hex');
    this.#known.set(expression, fingerprint);
    return fingerprint;
  }

  #meaning(key: string, value: unknown, root: Expression): unknown {
    // The value of `event.x` is hashed once: nested references would otherwise grow exponentially.
    if (isEventReference(value) && value !== root) return { kind: 'event', means: this.of(value.target) };
    const meaning = meaningOf(key, value);
    return isTyped(meaning) ? { ...meaning, type: undefined } : meaning;
  }
}

function isEventReference(value: unknown): value is Expression & { readonly kind: 'event' } {
  return isRecord(value) && value['kind'] === 'event' && 'target' in value;
}

/** The type of an expression follows from the rest, except where it is checked at run time. */
function isTyped(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && 'kind' in value && value['kind'] !== 'exactly';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
