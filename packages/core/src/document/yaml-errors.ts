import { Lexer, type YAMLError } from 'yaml';
import type { FileCode } from './file-codes.js';
import { mayBeSecret } from './hide-passwords.js';
import { lineFrom, quoteValue, valueStart } from './yaml-value.js';

/** What is wrong with a text as YAML, in UTF-16 offsets. */
export interface YamlFinding {
  readonly code: FileCode;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly help?: string;
}

/** Marks that the lexer inserts; they stand for no character of the text. */
export const LEXER_MARKS = ['\u0002', '\u0018', '\u001F'];
const MAX_QUOTE = 40;
const MAX_LINES_BELOW = 20;
/** The longest value in a flow map whose beginning is looked for. */
const MAX_FLOW_VALUE = 500;
/** The key that a line begins with, behind the marks of a list. */
const KEY_NAME = /^\s*(?:- +)*([^\s:#'"][^:#]{0,60}):(?:\s|$)/u;
/** Each may be looked for in the whole text. */
const MAX_ERRORS = 200;

/** The errors of the YAML library, for people who meant to write a value and not YAML syntax: the first of thousands. */
export function describeYamlErrors(errors: readonly YAMLError[], text: string): readonly YamlFinding[] {
  let quote: { readonly start: number | undefined } | undefined;
  const lastQuoteOnce = (): number | undefined => (quote ??= { start: lastQuote(text) }).start;
  const first = errors.toSorted((a, b) => a.pos[0] - b.pos[0]).slice(0, MAX_ERRORS);
  // Behind a value that ended its map, all that follows seems to stand outside.
  const ended = first.findIndex((error) => endsFlow(error, text) !== undefined);
  const reported = first.filter(({ message }, index) => ended === -1 || index <= ended || !OUTSIDE.test(message));
  return reported.map((error) => describeYamlError(error, text, lastQuoteOnce));
}

function describeYamlError(
  { code, pos: [start, end], message: said }: YAMLError,
  text: string,
  lastQuoteOnce: () => number | undefined,
): YamlFinding {
  const message = plain(said);
  const syntax = { code: 'yaml-syntax', start, end } as const;
  const noBreak = code === 'MULTILINE_IMPLICIT_KEY' || code === 'MISSING_CHAR' ? noBreakSpace(syntax, text) : undefined;
  if (noBreak !== undefined) return noBreak;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the library's own message explains the rest
  switch (code) {
    case 'UNEXPECTED_TOKEN':
    case 'MISSING_CHAR': {
      const value = endsFlow({ code, pos: [start, end], message: said }, text);
      if (value !== undefined)
        return { ...syntax, message: flowMessage(text.charAt(start)), help: quoteValue(text, value, 'in a flow') };
      return code === 'MISSING_CHAR'
        ? missing(syntax, message, text, lastQuoteOnce)
        : unexpected(syntax, message, text);
    }
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW': {
      const colon = /:(?=\s)/u.exec(lineFrom(text, start))?.index;
      if (colon === undefined) return tooDeep(syntax, message, text);
      const at = { start: start + colon, end: start + colon + 1 };
      return { ...syntax, ...at, message: 'YAML reads this `:` as the end of a key', help: quoteValue(text, start) };
    }
    case 'BAD_INDENT':
      return message.includes('end with a')
        ? unclosed(syntax, text)
        : {
            ...syntax,
            message: 'this line is not indented like the others of its block',
            help: 'indent the lines of one block by the same number of spaces',
          };
    case 'BAD_SCALAR_START': {
      const reserved = text.slice(start, start + 1);
      return { ...syntax, message: `YAML reserves a leading \`${reserved}\``, help: quoteValue(text, start) };
    }
    case 'TAB_AS_INDENT':
      return { ...syntax, message: 'YAML does not allow tabs here', help: 'indent with spaces' };
    case 'TAG_RESOLVE_FAILED': {
      const tag = text.slice(start, end).slice(0, MAX_QUOTE);
      const why = `YAML reads ${shownTag(tag, text, start)} as a tag, because of its \`!\``;
      return { ...syntax, code: 'yaml-tag', message: why, help: quoteValue(text, start), ...tagHelp(tag) };
    }
    case 'BAD_DQ_ESCAPE':
      return { ...syntax, message, help: 'YAML interprets `\\` in double quotes: use single quotes, or write `\\\\`' };
    case 'MULTIPLE_DOCS':
      return { ...syntax, end: start + 3, message: 'a second document begins here', help: 'remove `---`' };
    case 'RESOURCE_EXHAUSTION':
      return { ...syntax, code: 'file-too-large', message: 'the file is nested too deeply' };
    case 'BAD_ALIAS':
      return { ...syntax, code: 'yaml-alias', message };
    default:
      return { ...syntax, message };
  }
}

/** A tag for a message: a secret may begin with `!`, too. */
export function shownTag(tag: string, text: string, start: number): string {
  return !tag.startsWith('!!') && mayBeSecret(text, start, tag) ? 'this value' : `\`${tag}\``;
}

/** What to write instead of a tag of YAML 1.1. */
export function tagHelp(tag: string): { readonly help?: string } {
  if (!tag.startsWith('!!')) return {};
  if (tag === '!!binary') return { help: 'remove the tag, and write the text itself' };
  if (tag === '!!set' || tag === '!!omap') return { help: 'remove the tag, and write a list: [a, b]' };
  if (tag === '!!timestamp') return { help: 'remove the tag, and write the date as a text' };
  return { help: 'remove the tag: the form of a value says what it is, and quotes make it a text' };
}

/** The library's own message in the style of ours. */
function plain(message: string): string {
  return /^[A-Z][a-z]/u.test(message) ? message.charAt(0).toLowerCase() + message.slice(1) : message;
}

type Syntax = Pick<YamlFinding, 'code' | 'start' | 'end'>;

/** A colon with a space of a document or a chat behind it, which YAML reads as a part of a text. */
function noBreakSpace(syntax: Syntax, text: string): YamlFinding | undefined {
  const colon = /:[\u00A0\u202F\u3000]/u.exec(lineFrom(text, syntax.start))?.index;
  if (colon === undefined) return undefined;
  const start = syntax.start + colon + 1;
  const message = 'the space after this `:` is not an ordinary one, so YAML reads no key here';
  return { ...syntax, start, end: start + 1, message, help: 'write an ordinary space' };
}

/** What YAML says of all that follows a map that ended too early. */
const OUTSIDE = /in YAML stream|at node end$|^Flow (?:map|sequence) in block/u;

/**
 * Where a value begins that YAML ends too early, because it stands in a flow map or list: at a `[` such as that of `tags[0]`,
 * or at a comma in brackets such as that of `convert(latency, 'ms')`.
 */
function endsFlow(
  { code, pos: [start], message }: Pick<YAMLError, 'code' | 'pos' | 'message'>,
  text: string,
): number | undefined {
  const isItem = code === 'MISSING_CHAR' && /between flow (?:map|sequence) items/u.test(message);
  const isEnd = code === 'UNEXPECTED_TOKEN' && message.endsWith('at node end');
  const isPath = text.charAt(start) === '[' && /[\w$()\]]/u.test(text.charAt(start - 1));
  const isCall = isItem && text.charAt(start) === ')';
  if (!(isCall || (isPath && (isItem || isEnd)))) return undefined;
  let depth = 0;
  for (let at = isCall ? start : start - 1; at >= Math.max(0, start - MAX_FLOW_VALUE); at -= 1) {
    const character = text.charAt(at);
    if (')]}'.includes(character)) depth += 1;
    // The bracket of a call that is open here is no mark of YAML.
    const isOpen = '([{'.includes(character) && depth-- === 0;
    if (isOpen && character === '(') depth = 0;
    const isBefore = isOpen ? character !== '(' : depth === 0 && /^(?:,|:\s|\n)/u.test(text.slice(at, at + 2));
    if (isBefore) return at + 1 + (/^\s*/u.exec(text.slice(at + 1, start))?.[0].length ?? 0);
  }
  return undefined;
}

function flowMessage(character: string): string {
  const what = character === '[' ? '`[`' : 'the comma in brackets';
  return `inside \`{ … }\` and \`[ … ]\`, YAML ends the value at ${what}`;
}

/** Text after a quoted text, a flow map or a list, which YAML reads as the whole value. */
function unexpected(syntax: Syntax, message: string, text: string): YamlFinding {
  const value = valueStart(text, syntax.start);
  const leading = value === undefined ? '' : text.charAt(value);
  if (value === undefined || !'"\'[{*'.includes(leading) || !message.endsWith('at node end'))
    return { ...syntax, message };
  const rest = text.slice(syntax.start, syntax.end).slice(0, MAX_QUOTE);
  const end = mayBeSecret(text, syntax.start, rest) ? 'too early' : `before \`${rest}\``;
  const what = `YAML interprets the leading \`${leading}\`, so the value ends ${end}`;
  return { ...syntax, start: value, message: what, help: quoteValue(text, value) };
}

function missing(syntax: Syntax, message: string, text: string, lastQuoteOnce: () => number | undefined): YamlFinding {
  if (message.includes('closing')) {
    const start = lastQuoteOnce() ?? syntax.start;
    const end = start + lineFrom(text, start).length;
    const help = 'close it; quotes of a text inside an expression go inside the quotes of YAML: "\'text\'"';
    return { ...syntax, start, end, message: 'this quote is never closed', help };
  }
  if (message.includes('must end with')) return unclosed(syntax, text);
  if (!message.startsWith('implicit map keys')) return { ...syntax, message };
  const [, key, value = ''] = /^([^\s:]+):(\S.*)$/u.exec(text.slice(syntax.start, syntax.end)) ?? [];
  const shown = mayBeSecret(text, syntax.start, `${key}: ${value}`) ? '…' : value;
  const help = key === undefined ? 'write `key: value`' : `write \`${key}: ${shown}\``;
  return { ...syntax, message: 'a colon and a space must separate a key and its value', help };
}

/** A key below `key: value` that is indented deeper than the key. */
function tooDeep(syntax: Syntax, message: string, text: string): YamlFinding {
  const line = lineFrom(text, text.lastIndexOf('\n', syntax.start - 1) + 1);
  const after = text.slice(syntax.start).split('\n', MAX_LINES_BELOW).slice(1);
  const [above, below] = [line, after.find((each) => each.trim() !== '') ?? ''].map((each) => KEY_NAME.exec(each)?.[1]);
  if (above === undefined || below === undefined) return { ...syntax, message };
  const help = `indent \`${below}\` as far as \`${above}\``;
  return { ...syntax, message: `\`${above}\` has a value, and \`${below}\` below it is indented deeper`, help };
}

/** The last bracket before an offset that is still open there. */
function unclosed(syntax: Syntax, text: string): YamlFinding {
  const help = 'close it, or quote the whole value';
  let depth = 0;
  for (let at = syntax.start - 1; at >= 0; at -= 1) {
    const character = text.charAt(at);
    if (']}'.includes(character)) depth += 1;
    if (!'[{'.includes(character)) continue;
    depth -= 1;
    if (depth < 0) return { ...syntax, start: at, end: at + 1, message: `this \`${character}\` is never closed`, help };
  }
  return { ...syntax, message: 'a bracket is never closed', help };
}

/** Where the last quoted text of a file begins: one that is never closed extends to the end. */
function lastQuote(text: string): number | undefined {
  let [at, found]: [number, number | undefined] = [0, undefined];
  for (const lexeme of new Lexer().lex(text)) {
    if (LEXER_MARKS.includes(lexeme)) continue;
    if (lexeme.startsWith('"') || lexeme.startsWith("'")) found = at;
    at += lexeme.length;
  }
  return found;
}
