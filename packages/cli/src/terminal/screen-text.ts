import { SEALED, UNBREAKABLE } from './theme.js';
import { wrapped } from './wrapped.js';

/**
 * What a terminal does not show as itself: control characters (and with them every escape sequence), bidirectional and
 * other format characters, line separators, characters of no width, half characters. Variation selectors stay, and
 * so does the joiner of an emoji.
 */
const HIDDEN =
  /(?<!\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?(?=\u200D\p{Extended_Pictographic}))(?!\p{Variation_Selector})[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const SEAL_OR_HIDDEN = new RegExp(String.raw`${SEALED}|${HIDDEN.source}`, 'gu');
const SEAL = new RegExp(SEALED, 'gu');

/** GitHub runs a line of any output that starts with `::name …::`, and `##[name]` within a line. */
const WORKFLOW_COMMAND = new RegExp(String.raw`(?<=^(?:[^\S\n]|\u001B\[\d+m)*):(?=:.*::)|(?<=#)#(?=\[)`, 'gmu');

export interface ScreenOptions {
  readonly colour: boolean;
  /** Wraps lines at this width. Absent: lines stay as they are. */
  readonly columns?: number | undefined;
  /** Whether the text consists of workflow commands of our own. */
  readonly isWorkflow?: boolean;
}

/**
 * Text as it is written to a screen or a file: everything that came from elsewhere is visible and nothing more, with what
 * would be hidden or obeyed as `\u001b`. JSON stays the same JSON. Only sealed styles become colours.
 */
export function screenText(text: string, { colour, columns, isWorkflow = false }: ScreenOptions): string {
  const shown = text.replaceAll(SEAL_OR_HIDDEN, (found, code: string | undefined) =>
    code !== undefined || found === '\n' ? found : escaped(found),
  );
  const fitting = columns === undefined ? shown : wrapped(shown, columns);
  const painted = fitting
    .replaceAll(UNBREAKABLE, ' ')
    .replaceAll(SEAL, (_, code: string) => (colour ? `\u001B[${code}m` : ''));
  return isWorkflow ? painted : withoutCommands(painted);
}

/** The same for a piece of text that must stay on its line, such as a key in a table. */
export function onOneLine(text: string): string {
  return text.replaceAll(SEAL_OR_HIDDEN, (found, code: string | undefined) =>
    code === undefined ? escaped(found) : found,
  );
}

function withoutCommands(text: string): string {
  if (!text.includes('::') && !text.includes('##[')) return text;
  return text.replaceAll(WORKFLOW_COMMAND, (found) => escaped(found));
}

function escaped(text: string): string {
  if (text === '\n') return String.raw`\n`;
  if (text === '\t') return String.raw`\t`;
  if (text === '\r') return String.raw`\r`;
  // By UTF-16 units, as JSON has it.
  return Array.from({ length: text.length }, (_, index) => {
    return String.raw`\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
