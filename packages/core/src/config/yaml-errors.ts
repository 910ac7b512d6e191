import type { YAMLError } from 'yaml';
import type { YamlFinding } from './strict-yaml.js';

const VALUE = /^[ \t]*(?:- +)*(?:"[^"]*"|'[^']*'|[^\s'"#:][^:]*?)[ \t]*:[ \t]+/u;

/** An error of the YAML library in the words of someone who did not want to write YAML but a value. */
export function describeYamlError({ code, pos: [start, end], message }: YAMLError, text: string): YamlFinding {
  const syntax = { code: 'yaml-syntax', start, end } as const;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the library's own message says the rest
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY': {
      const colon = /:(?=\s)/u.exec(lineFrom(text, start))?.index;
      const at = colon === undefined ? {} : { start: start + colon, end: start + colon + 1 };
      return { ...syntax, ...at, message: 'YAML takes this `:` for the end of a key.', help: quoted(text, start) };
    }
    case 'UNEXPECTED_TOKEN': {
      const value = valueStart(text, start);
      if (value === undefined || !/^["'[{*]/u.test(text.slice(value, value + 1)) || !message.endsWith('at node end'))
        return { ...syntax, message: `${message}.` };
      const what = `YAML takes the leading \`${text[value] ?? ''}\` for its own, and the value for ended before \`${text.slice(start, end).slice(0, 40)}\`.`;
      return { ...syntax, start: value, message: what, help: quoted(text, value) };
    }
    case 'BAD_SCALAR_START':
      return {
        ...syntax,
        message: `YAML reserves a leading \`${text.slice(start, start + 1)}\`.`,
        help: quoted(text, start),
      };
    case 'TAB_AS_INDENT':
      return {
        ...syntax,
        message: 'A tab stands where YAML wants spaces.',
        help: 'Indent with spaces, never with tabs.',
      };
    case 'TAG_RESOLVE_FAILED':
      return {
        ...syntax,
        code: 'yaml-tag',
        message: `YAML takes \`${text.slice(start, end).slice(0, 40)}\` for a tag, because of its \`!\`.`,
        help: quoted(text, start),
      };
    case 'BAD_DQ_ESCAPE':
      return {
        ...syntax,
        message: `${message}.`,
        help: 'In double quotes YAML reads `\\`: use single quotes, or write `\\\\`.',
      };
    case 'MULTIPLE_DOCS':
      return {
        ...syntax,
        end: start + 3,
        message: 'A second document begins here.',
        help: 'One file holds one document: remove `---`.',
      };
    case 'RESOURCE_EXHAUSTION':
      return { ...syntax, code: 'file-too-large', message: 'The file is nested too deeply to be read.' };
    case 'BAD_ALIAS':
      return { ...syntax, code: 'yaml-alias', message: `${message}.` };
    default:
      return { ...syntax, message: `${message}.` };
  }
}

function lineFrom(text: string, start: number): string {
  return /[^\r\n]*/u.exec(text.slice(start, start + 4_000))?.[0] ?? '';
}

/** Where the value of the line begins that holds an offset, when the line is `key: value`. */
function valueStart(text: string, offset: number): number | undefined {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  const key = VALUE.exec(lineFrom(text, line))?.[0];
  return key === undefined || line + key.length >= offset ? undefined : line + key.length;
}

/** The rest of the line as one quoted text. */
function quoted(text: string, start: number): string {
  const value = lineFrom(text, start)
    .replace(/\s+#.*$/u, '')
    .trimEnd();
  if (value.length > 200) return 'Write the whole value in quotes.';
  return `Write the whole value in quotes: ${value.includes('"') || value.includes('\\') ? `'${value.replaceAll("'", "''")}'` : `"${value}"`}`;
}
