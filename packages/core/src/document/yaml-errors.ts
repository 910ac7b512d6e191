import { Lexer, type YAMLError } from 'yaml';
import type { YamlFinding } from './strict-yaml.js';
import { lineFrom, quoteValue, valueStart } from './yaml-value.js';

/** Marks of the lexer's own that stand for no character of the text. */
const LEXER_MARKS = ['\u0002', '\u0018', '\u001F'];
const MAX_QUOTE = 40;

/** An error of the YAML library in the words of someone who did not want to write YAML but a value. */
export function describeYamlError({ code, pos: [start, end], message }: YAMLError, text: string): YamlFinding {
  const syntax = { code: 'yaml-syntax', start, end } as const;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the library's own message says the rest
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW': {
      const colon = /:(?=\s)/u.exec(lineFrom(text, start))?.index;
      if (colon === undefined) return { ...syntax, message: `${message}.` };
      const at = { start: start + colon, end: start + colon + 1 };
      return { ...syntax, ...at, message: 'YAML takes this `:` for the end of a key.', help: quoteValue(text, start) };
    }
    case 'UNEXPECTED_TOKEN':
      return unexpected(syntax, message, text);
    case 'MISSING_CHAR':
      return missing(syntax, message, text);
    case 'BAD_INDENT':
      return message.includes('end with a')
        ? unclosed(syntax, text)
        : { ...syntax, message: `${message}.`, help: 'Indent what belongs together by the same number of spaces.' };
    case 'BAD_SCALAR_START': {
      const reserved = text.slice(start, start + 1);
      return { ...syntax, message: `YAML reserves a leading \`${reserved}\`.`, help: quoteValue(text, start) };
    }
    case 'TAB_AS_INDENT': {
      const help = 'Indent with spaces, never with tabs.';
      return { ...syntax, message: 'A tab stands where YAML wants spaces.', help };
    }
    case 'TAG_RESOLVE_FAILED': {
      const tag = text.slice(start, end).slice(0, MAX_QUOTE);
      const why = `YAML takes \`${tag}\` for a tag, because of its \`!\`.`;
      return { ...syntax, code: 'yaml-tag', message: why, help: quoteValue(text, start) };
    }
    case 'BAD_DQ_ESCAPE': {
      const help = 'In double quotes YAML reads `\\`: use single quotes, or write `\\\\`.';
      return { ...syntax, message: `${message}.`, help };
    }
    case 'MULTIPLE_DOCS': {
      const help = 'One file holds one document: remove `---`.';
      return { ...syntax, end: start + 3, message: 'A second document begins here.', help };
    }
    case 'RESOURCE_EXHAUSTION':
      return { ...syntax, code: 'file-too-large', message: 'The file is nested too deeply to be read.' };
    case 'BAD_ALIAS':
      return { ...syntax, code: 'yaml-alias', message: `${message}.` };
    default:
      return { ...syntax, message: `${message}.` };
  }
}

type Syntax = Pick<YamlFinding, 'code' | 'start' | 'end'>;

/** Text behind what YAML takes for a whole value: a quoted text, a flow map, a list. */
function unexpected(syntax: Syntax, message: string, text: string): YamlFinding {
  const value = valueStart(text, syntax.start);
  const leading = value === undefined ? '' : text.charAt(value);
  if (value === undefined || !'"\'[{*'.includes(leading) || !message.endsWith('at node end'))
    return { ...syntax, message: `${message}.` };
  const rest = text.slice(syntax.start, syntax.end).slice(0, MAX_QUOTE);
  const what = `YAML takes the leading \`${leading}\` for its own, and the value for ended before \`${rest}\`.`;
  return { ...syntax, start: value, message: what, help: quoteValue(text, value) };
}

function missing(syntax: Syntax, message: string, text: string): YamlFinding {
  if (message.includes('closing')) {
    const start = lastQuote(text) ?? syntax.start;
    const end = start + lineFrom(text, start).length;
    return {
      ...syntax,
      start,
      end,
      message: 'This quote is never closed.',
      help: 'Close it; the quotes of a text inside an expression go inside the quotes of YAML: "\'text\'".',
    };
  }
  if (!message.startsWith('Implicit map keys')) return { ...syntax, message: `${message}.` };
  const [, key, value] = /^([^\s:]+):(\S.*)$/u.exec(text.slice(syntax.start, syntax.end)) ?? [];
  const help = key === undefined ? 'Write `key: value`.' : `Write \`${key}: ${value}\`.`;
  return { ...syntax, message: 'A key and its value are separated by a colon and a space.', help };
}

/** The opening bracket that no other closes before an offset. */
function unclosed(syntax: Syntax, text: string): YamlFinding {
  let depth = 0;
  for (let at = syntax.start - 1; at >= 0; at -= 1) {
    const character = text.charAt(at);
    if (']}'.includes(character)) depth += 1;
    if (!'[{'.includes(character)) continue;
    depth -= 1;
    if (depth < 0)
      return {
        ...syntax,
        start: at,
        end: at + 1,
        message: `This \`${character}\` is never closed.`,
        help: 'Close it, or write the whole value in quotes.',
      };
  }
  return { ...syntax, message: 'A bracket is never closed.', help: 'Close it, or write the whole value in quotes.' };
}

/** Where the last quoted text of a file begins: one that is never closed goes on to the end. */
function lastQuote(text: string): number | undefined {
  let [at, found]: [number, number | undefined] = [0, undefined];
  for (const lexeme of new Lexer().lex(text)) {
    if (LEXER_MARKS.includes(lexeme)) continue;
    if (lexeme.startsWith('"') || lexeme.startsWith("'")) found = at;
    at += lexeme.length;
  }
  return found;
}
