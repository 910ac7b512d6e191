import { parseExpressionAt, type Expression } from 'acorn';
import type { LocatedText } from '@sluice/core/document';
import { foreignOperator, foreignStart } from '../problems/foreign-words.js';
import type { ProblemList } from '../problems/problem-list.js';

const MAX_LENGTH = 4_000;
const LITERAL_HELP = 'quote a text inside the expression ("\'text\'") or write { const: text }';

const VARIABLE_HELP =
  'a mapping has no variables: declare a parameter under `params`, and give its value under `params` of the pipeline file';

const COMMENT_HELP = 'an expression has no comments: write them outside of it, in YAML, after ` #`';

const CUT_HELP = 'close the bracket; inside `{ … }`, a comma ends the expression unless all of it is in quotes';

/** A fragment is checked once per event that includes it, and most files of a folder repeat one base. */
const MAX_KEPT = 2_000;
const kept = new Map<string, Expression>();

/** The syntax tree of an expression; undefined, with a problem, if the whole text is not one expression. */
export function parseExpression(located: LocatedText, problems: ProblemList): Expression | undefined {
  const known = kept.get(located.text);
  if (known !== undefined) return known;
  const parsed = parse(located, problems);
  if (kept.size >= MAX_KEPT) kept.clear();
  if (parsed !== undefined) kept.set(located.text, parsed);
  return parsed;
}

/** Whether an expression can name something so. */
export function isName(text: string): boolean {
  try {
    const node = parseExpressionAt(text, 0, { ecmaVersion: 2022 });
    return node.type === 'Identifier' && node.name === text && !TAKEN.includes(text);
  } catch {
    return false;
  }
}

/** Names with a special meaning in expressions. */
const TAKEN = ['event', 'item', 'undefined'];

function parse(located: LocatedText, problems: ProblemList): Expression | undefined {
  const { text } = located;
  if (text.length > MAX_LENGTH) {
    const message = `the expression has ${text.length} characters; the limit is ${MAX_LENGTH}`;
    problems.add('expression-too-large', located.span, message);
    return undefined;
  }
  const comments: [number, number][] = [];
  try {
    const node = parseExpressionAt(text, 0, {
      ecmaVersion: 2022,
      sourceType: 'script',
      // Without them, the text of a node would not end where it does.
      preserveParens: true,
      onComment: (_block, _comment, start, end) => comments.push([start, end]),
    });
    const rest = text.slice(node.end).trimStart();
    const [comment] = comments;
    if (comment !== undefined) {
      const message = 'expressions cannot contain comments';
      problems.add('not-in-language', located.part(...comment), message, 'write comments in YAML, after ` #`');
      return undefined;
    }
    if (rest === '') return node;
    const start = text.length - rest.length;
    const message = `unexpected \`${rest.slice(0, 40)}\` after the expression`;
    const help = foreignOperator(rest) ?? (/^not\b/u.test(text) ? 'write `!`, in quotes' : helpFor(located));
    problems.add('expression-syntax', located.part(start, text.length), message, help);
  } catch (error) {
    // acorn reports an exhausted stack as a syntax error.
    if (error instanceof RangeError || (error instanceof SyntaxError && error.message.startsWith('Not enough stack'))) {
      problems.add('expression-too-large', located.span, 'the expression is nested too deeply');
    } else {
      const at = error instanceof SyntaxError && 'pos' in error && typeof error.pos === 'number' ? error.pos : 0;
      const reason = text.trim() === '' ? 'the expression is missing' : reasonOf(error);
      // acorn expects a name behind a `#`, and reports what stands there.
      const isComment = text.charAt(at) === '#' || text.charAt(at - 1) === '#';
      const help =
        (isComment ? COMMENT_HELP : copiedCharacter(text.charAt(at))) ?? foreignStart(text) ?? helpFor(located);
      problems.add('expression-syntax', located.part(at, Math.min(at + 1, text.length)), reason, help);
    }
  }
  return undefined;
}

/** What comes with a text that is copied from a document or a chat. */
function copiedCharacter(character: string): string | undefined {
  if (/^[\u2018-\u201E\u00AB\u00BB]/u.test(character)) return "write straight quotes: 'text'";
  if (!/^[\p{Cf}\p{Cc}]/u.test(character)) return undefined;
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `remove the invisible character U+${code}`;
}

/** acorn's message without its position, in the style of ours. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an expression';
  const reason = error.message.replace(/ \(\d+:\d+\)$/u, '');
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}

/** Whether a text ends before a bracket is closed. */
function isCutInBrackets(text: string): boolean {
  const count = (bracket: string) => text.split(bracket).length;
  return count('(') > count(')') || count('[') > count(']');
}

function helpFor(located: LocatedText): string {
  if (located.text.includes('${')) return VARIABLE_HELP;
  if (located.text.includes('{{')) return 'write a field without braces: name';
  if (located.followedByComment)
    return `YAML reads everything after \` #\` as a comment: quote the whole expression; ${LITERAL_HELP}`;
  return isCutInBrackets(located.text) ? CUT_HELP : LITERAL_HELP;
}
