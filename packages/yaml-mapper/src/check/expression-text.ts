import type { JsonValue } from '@sluice/core/adapter';
import type { Expression } from './expression.js';

/** An expression as it is written in the mapping, on one line. */
export function expressionText(expression: Expression): string {
  if (expression.text !== undefined) return expression.text;
  if (expression.kind === 'literal') return literalText(expression.value);
  if (expression.kind === 'event') return `event.${expression.field}`;
  if (expression.kind === 'exactly') return expressionText(expression.operand);
  if (expression.kind === 'guarded')
    return `${expressionText(expression.value)} when ${expressionText(expression.condition)}`;
  if (expression.kind === 'enum') {
    const { operand, table, otherwise } = expression;
    const entries = table.map(([key, value]) => `${key}: ${literalText(value)}`);
    if (otherwise !== undefined) entries.push(`else: ${expressionText(otherwise)}`);
    return `${expressionText(operand)} in { ${entries.join(', ')} }`;
  }
  if (expression.kind === 'url') {
    return expression.parts
      .map((part) => (typeof part === 'string' ? part : `{${expressionText(part.value)}}`))
      .join('');
  }
  const { file, start, end } = expression.span;
  return file.text.slice(start, end).replaceAll(/\s+/gu, ' ').trim();
}

function literalText(value: JsonValue): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

/** A field and the keys below it, as an expression reads them: `trace.metadata['team id']`. */
export function fieldPathText([field = '', ...path]: readonly (string | number)[]): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[A-Za-z_]\w*$/u.test(step) ? `.${step}` : `['${step}']`;
  });
  return `${String(field)}${steps.join('')}`;
}
