import type { Span } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';

/** The fields of one event that its source never has a value for. One that the event compares with null is no problem. */
export class AbsentFields {
  readonly #reads: { readonly field: string; readonly span: Span; readonly reason: string }[] = [];
  readonly #compared = new Set<string>();

  read(field: string, span: Span, reason: string): void {
    this.#reads.push({ field, span, reason });
  }

  comparedWithNull(field: string): void {
    this.#compared.add(field);
  }

  report(problems: ProblemList): void {
    for (const { field, span, reason } of this.#reads) {
      if (!this.#compared.has(field)) problems.add('absent-field', span, `\`${field}\` is always null: ${reason}`);
    }
  }
}
