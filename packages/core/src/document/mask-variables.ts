import { Lexer } from 'yaml';
import { LEXER_MARKS, type YamlFinding } from './yaml-errors.js';
import { lineFrom } from './yaml-value.js';

const MAX_KEY = 200;

/**
 * Finds `${NAME}` without quotes inside a flow map or list, where YAML reads its `{` as the start of a map. The masked
 * text has as many characters, and another plain text in the place of each, so that only what else is wrong is found.
 */
export function maskVariables(text: string): { readonly masked: string; readonly findings: readonly YamlFinding[] } {
  const findings: YamlFinding[] = [];
  const masked: string[] = [];
  let [at, maskedUntil, previous] = [0, 0, ''];
  for (const lexeme of new Lexer().lex(text)) {
    if (LEXER_MARKS.includes(lexeme)) continue;
    if (lexeme === '{' && previous.endsWith('$')) {
      const start = at - 1;
      const [variable = '${'] = /^\$\{[^}]*\}?/u.exec(lineFrom(text, start)) ?? [];
      const end = start + variable.length;
      // Inside a variable there may be another one, which is then masked already.
      const begin = Math.max(start, maskedUntil);
      masked.push(text.slice(maskedUntil, begin), text.slice(begin, end).replaceAll(/[^$]/gu, '_'));
      maskedUntil = Math.max(maskedUntil, end);
      const message = 'YAML reads the `{` of this variable as the start of a map';
      findings.push({ code: 'yaml-syntax', start, end, message, help: helpFor(text, start, variable) });
    }
    at += lexeme.length;
    previous = lexeme;
  }
  return { masked: masked.join('') + text.slice(maskedUntil), findings };
}

/** Quotes nothing but the name of the variable: the text around it may be a part of a password. */
function helpFor(text: string, start: number, variable: string): string {
  const before = lastPart(text, start);
  const end = start + variable.length;
  const isWhole = /[\s[{,:]$/u.test(before) && /^(?:[\s,\]}]|$)/u.test(text.slice(end, end + 1));
  const name = /^\$\{[A-Za-z_]\w*\}$/u.test(variable) ? variable : undefined;
  if (!isWhole || name === undefined) return 'write the whole value, with its variable, in quotes: "…"';
  const [, key] = /([\w-]+):\s*$/u.exec(before) ?? [];
  return key === undefined ? `write "${name}"` : `write \`${key}: "${name}"\``;
}

/** The end of the line until there, as much of it as a key takes: a line can have thousands of variables. */
function lastPart(text: string, end: number): string {
  const part = text.slice(Math.max(0, end - MAX_KEY), end);
  return part.slice(part.lastIndexOf('\n') + 1);
}
