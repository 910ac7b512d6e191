import { locateText, type LocatedText } from '@sluice/core/document';
import { checkExpression } from './check-expression.js';
import type { Expression, UrlPart } from './expression.js';
import { fitType } from './fit-type.js';
import type { Scope } from './scope.js';

/** Checks a url with expressions in braces: `{baseUrl}/project/{project_id}`. */
export function checkUrl(template: LocatedText, scope: Scope): Expression {
  const { text, span } = template;
  const { problems } = scope;
  const parts: UrlPart[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{', at);
    const until = open === -1 ? text.length : open;
    const plain = text.slice(at, until);
    if (plain.includes('}')) {
      const brace = at + plain.indexOf('}');
      const help = 'write %7D for a literal brace';
      return problems.invalid('url-syntax', template.part(brace, brace + 1), '`}` without `{`', help);
    }
    if (plain !== '') parts.push(plain);
    if (open === -1) break;
    const close = text.indexOf('}', open);
    if (close === -1) {
      const help = 'write %7B for a literal brace';
      return problems.invalid('url-syntax', template.part(open, open + 1), '`{` without `}`', help);
    }
    const inner = locateText(text.slice(open + 1, close), template.part(open + 1, close));
    const checked = checkExpression(inner, scope);
    const leading = open === 0 && checked.kind === 'param' && scope.params.get(checked.name)?.declared === 'url';
    const value =
      checked.type.name === 'number' || checked.type.name === 'boolean'
        ? checked
        : fitType(checked, { type: 'text', by: 'a url' }, problems);
    parts.push({ value, encode: !leading });
    at = close + 1;
  }
  if (parts.length === 0) {
    const help = "write a text with expressions in braces: '{baseUrl}/project/{project_id}'";
    return problems.invalid('url-syntax', span, 'the url is empty', help);
  }
  const nullable = parts.some((part) => typeof part !== 'string' && part.value.type.nullable);
  return { kind: 'url', parts, type: { name: 'text', nullable }, span };
}
