import type { Span } from '@sluice/core/document';
import { childrenOf, type Expression } from './expression.js';

/** A use of a field in an expression. */
export interface Reference {
  readonly field: string;
  /** The field and the keys below it: `['trace.metadata', 'team']`. */
  readonly path: readonly (string | number)[];
  readonly span: Span;
  /** Whether the value itself is part of the result, not only a condition on it or a hash of it. */
  readonly revealed: boolean;
  /** Whether a hash of the value is sent in its place: somebody did not want it to leave in clear. */
  readonly hashed: boolean;
  /** Whether the hash is a pseudonym, which has no other purpose. */
  readonly pseudonymous: boolean;
  /** Whether it is read as a part of `event.uuid`. */
  readonly inUuid: boolean;
}

const HASHES = ['sha256', 'uuid5'];

/** Every field that a value depends on, directly or through `event.x`. Follows each `event.x` once. */
export function referencesOf(expression: Expression): readonly Reference[] {
  const found: Reference[] = [];
  const followed = new Set<string>();
  const visit = (at: Expression, revealed: boolean, hashed: boolean, pseudonymous: boolean, inUuid: boolean): void => {
    if (at.kind === 'field') {
      const { field, path = [] } = at.request;
      found.push({ field, path: [field, ...path], span: at.span, revealed, hashed, pseudonymous, inUuid });
      return;
    }
    if (at.kind === 'event') {
      const key = `${at.field} ${revealed} ${hashed} ${pseudonymous} ${inUuid}`;
      if (followed.has(key)) return;
      followed.add(key);
    }
    const isPseudonym = at.kind === 'call' && at.definition.pseudonymous === true;
    const isHash = isPseudonym || (at.kind === 'call' && HASHES.includes(at.definition.name));
    const isUuid = at.kind === 'event' && at.field === 'uuid';
    for (const child of childrenOf(at))
      visit(child, revealed && !hides(at, child), hashed || isHash, pseudonymous || isPseudonym, inUuid || isUuid);
  };
  visit(expression, true, false, false, false);
  return found;
}

function hides(parent: Expression, child: Expression): boolean {
  if (parent.kind === 'call') return parent.definition.pseudonymous === true || parent.definition.result === 'boolean';
  if (parent.kind === 'binary') return parent.type.name === 'boolean' && parent.operator !== '??';
  if (parent.kind === 'choice') return child === parent.test;
  if (parent.kind === 'guarded') return child === parent.condition;
  if (parent.kind === 'enum') return child === parent.operand;
  return parent.kind === 'unary' && parent.operator === '!';
}
