import { didYouMean, type Span } from '@sluice/core/document';
import { foreignName } from '../problems/foreign-words.js';
import type { Expression } from './expression.js';
import { ownEntry } from '../own-entry.js';
import type { Scope } from './scope.js';

export type PathStep = string | number;

/** Checks a name followed by `.` and `[…]`: a field, part of a JSON field, an item, a parameter or `event.x`. */
export function checkPath(steps: readonly [string, ...PathStep[]], span: Span, scope: Scope): Expression {
  const { problems } = scope;
  const [root, ...rest] = steps;
  if (root === 'event' && rest.length > 0) {
    const [name] = rest;
    const target = typeof name === 'string' && rest.length === 1 ? scope.eventField?.(name, span) : undefined;
    if (target !== undefined) return target;
    return problems.invalid('unknown-field', span, 'only single values of the event can be read, such as `event.uuid`');
  }
  for (let count = steps.length; count > 0; count -= 1) {
    const name = steps.slice(0, count);
    if (name.some((step) => typeof step !== 'string')) continue;
    const field = name.join('.');
    const schema = ownEntry(scope.stream.fields, field);
    if (schema === undefined) continue;
    const { type, nullable, unit, absent } = schema;
    if (absent !== undefined) scope.absent.read(field, span, absent);
    const path = steps.slice(count);
    const whole = { name: type, nullable, unit };
    if (path.length === 0) return { kind: 'field', request: { field }, type: whole, span };
    if (type === 'json')
      return { kind: 'field', request: { field, path }, type: { name: 'json', nullable: true }, span };
    const [index] = path;
    if (type === 'text[]' && path.length === 1 && typeof index === 'number') {
      const list: Expression = { kind: 'field', request: { field }, type: whole, span };
      return { kind: 'at', list, index, type: { name: 'text', nullable: true }, span };
    }
    const help =
      path[0] === 'length' ? `write length(${field})` : 'only a json field has parts; a list has items: tags[0]';
    return problems.invalid('unknown-field', span, `\`${field}\` is ${type} and has no parts`, help);
  }
  if (root === 'item' && rest.length === 0 && scope.each !== undefined) {
    return { kind: 'item', list: scope.each, type: { name: 'text', nullable: false }, span };
  }
  const param = rest.length === 0 ? scope.params.get(root) : undefined;
  if (param !== undefined) {
    param.used = true;
    return { kind: 'param', name: root, value: param.value, type: param.type, span };
  }
  const full = steps.join('.');
  const known = [...Object.keys(scope.stream.fields), ...scope.params.keys()];
  const help = foreignName(full) ?? helpFor(full, known);
  return problems.invalid('unknown-field', span, `the stream \`${scope.stream.name}\` has no field \`${full}\``, help);
}

/** `metadata.my-key` as it must be written, where `key` is not a field, and `user-id` where `user` is not. */
export function partWithHyphen(text: string, { stream, params }: Scope): string | undefined {
  const isField = (name: string): boolean => ownEntry(stream.fields, name) !== undefined || params.has(name);
  const underscored = text.replaceAll('-', '_');
  if (isField(underscored) && !text.split('-').every(isField)) return underscored;
  const { json = '', part = '' } = /^(?<json>[\w.]+)\.(?<part>[\w$]+(?:-[a-z_$][\w$]*)+)$/iu.exec(text)?.groups ?? {};
  // A text, such as an id, can be a part of the name, but nothing that is subtracted.
  const isNumber = (name: string): boolean => {
    const type = ownEntry(stream.fields, name)?.type ?? params.get(name)?.type.name;
    return type === 'number' || type === 'json' || type === 'timestamp';
  };
  const isJson = Object.entries(stream.fields).some(
    ([field, { type }]) => type === 'json' && `${json}.`.startsWith(`${field}.`),
  );
  return isJson && !part.split('-').slice(1).every(isNumber) ? `${json}['${part}']` : undefined;
}

function helpFor(name: string, known: readonly string[]): string | undefined {
  const hint = didYouMean(name, known);
  if (hint?.startsWith('did you mean') === true) return hint;
  return `for a text, write "'${name}'" or { const: ${name} }${hint === undefined ? '' : `; ${hint}`}`;
}
