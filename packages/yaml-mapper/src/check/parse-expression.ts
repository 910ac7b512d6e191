import { parseExpressionAt, type Expression } from 'acorn';
import { foreignOperator } from '../problems/foreign-words.js';
import type { LocatedText } from '../yaml/located-text.js';
import type { ProblemList } from '../problems/problem-list.js';

const MAX_LENGTH = 4_000;
const LITERAL_HELP = 'A literal text is quoted inside the expression ("\'text\'") or written { const: text }.';

/** The syntax tree of an expression that fills the whole text, or undefined when the text is not one. */
export function parseExpression(located: LocatedText, problems: ProblemList): Expression | undefined {
  const { text } = located;
  if (text.length > MAX_LENGTH) {
    problems.add(
      'expression-too-large',
      located.span,
      `The expression has ${text.length} characters; ${MAX_LENGTH} are allowed.`,
    );
    return undefined;
  }
  const comments: [number, number][] = [];
  try {
    const node = parseExpressionAt(text, 0, {
      ecmaVersion: 2022,
      sourceType: 'script',
      onComment: (_block, _comment, start, end) => comments.push([start, end]),
    });
    const rest = text.slice(node.end).trimStart();
    const [comment] = comments;
    if (comment !== undefined) {
      problems.add(
        'not-in-language',
        located.part(...comment),
        'A comment inside an expression.',
        'Write comments in YAML, behind ` #`.',
      );
      return undefined;
    }
    if (rest === '') return node;
    const start = text.length - rest.length;
    problems.add(
      'expression-syntax',
      located.part(start, text.length),
      `\`${rest.slice(0, 40)}\` does not continue the expression.`,
      foreignOperator(rest) ?? (/^not\b/u.test(text) ? 'Write `!`, in quotes.' : helpFor(located)),
    );
  } catch (error) {
    // acorn turns a stack that is used up into a syntax error of its own.
    if (error instanceof RangeError || (error instanceof SyntaxError && error.message.startsWith('Not enough stack'))) {
      problems.add('expression-too-large', located.span, 'The expression is nested too deeply.');
    } else {
      const at = error instanceof SyntaxError && 'pos' in error && typeof error.pos === 'number' ? error.pos : 0;
      const reason = text.trim() === '' ? 'An expression is missing here' : messageOf(error);
      problems.add(
        'expression-syntax',
        located.part(at, Math.min(at + 1, text.length)),
        `${reason}.`,
        helpFor(located),
      );
    }
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/ \(\d+:\d+\)$/u, '') : 'Not an expression';
}

function helpFor(located: LocatedText): string {
  if (located.text.includes('${'))
    return 'Variables belong into the pipeline file: declare a parameter under `params`.';
  if (located.text.includes('{{')) return 'A field stands as it is, without braces: name.';
  return located.followedByComment
    ? `YAML takes what follows \` #\` for a comment: quote the whole expression. ${LITERAL_HELP}`
    : LITERAL_HELP;
}
