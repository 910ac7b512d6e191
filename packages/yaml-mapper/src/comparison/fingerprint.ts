import { hash } from 'node:crypto';
import type { Expression } from '../check/expression.js';

/** What tells whether two expressions mean the same: not where or how they are written. */
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
      // What `event.x` stands for is looked at once: mappings that refer to themselves often would grow without end.
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
