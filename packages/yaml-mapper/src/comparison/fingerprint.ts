import { hash } from 'node:crypto';
import type { Expression } from '../check/expression.js';

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
    if (key === 'span' || key === 'text' || key === 'doc') return undefined;
    if (isRecord(value)) {
      if (key === 'definition') return value['name'];
      // The value of `event.x` is hashed once: nested references would otherwise grow exponentially.
      if (isEventReference(value) && value !== root) return { kind: 'event', means: this.of(value.target) };
      if ('kind' in value && value['kind'] !== 'exactly') return { ...value, type: undefined };
    }
    return value;
  }
}

function isEventReference(value: object): value is Expression & { readonly kind: 'event' } {
  return 'kind' in value && value.kind === 'event' && 'target' in value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
