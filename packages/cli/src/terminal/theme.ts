import { randomInt } from 'node:crypto';

/** How a style begins and ends, as the terminal's SGR codes. */
const STYLES = {
  ok: [32, 39],
  warning: [33, 39],
  bad: [31, 39],
  path: [36, 39],
  quiet: [2, 22],
  name: [1, 22],
} as const;

export type Style = keyof typeof STYLES;

/**
 * Styles are written with a seal that differs in every process, so that text from elsewhere cannot style itself. It has
 * the form of an SGR code: what measures and wraps text takes it as no columns wide.
 */
const SEAL = Array.from({ length: 3 }, () => randomInt(1000, 10_000)).join(';');

/** A sealed code, whose number is in the group `code`. */
export const SEALED = String.raw`\u001B\[${SEAL};(?<code>\d+)m`;

/** Gives text a style. The terminal shows it where colours are wanted, and drops it elsewhere. */
export function styled(style: Style, text: string): string {
  const [begin, end] = STYLES[style];
  return `\u001B[${SEAL};${begin}m${text}\u001B[${SEAL};${end}m`;
}

/** A space at which no line is broken. */
export const UNBREAKABLE = `\u00A0\u001B[${SEAL};8m`;

/** A command for pasting: it stays on its line. */
export function unbroken(command: string): string {
  return command.replaceAll(' ', UNBREAKABLE);
}

export const theme = {
  ok: (text: string) => styled('ok', text),
  warning: (text: string) => styled('warning', text),
  bad: (text: string) => styled('bad', text),
  /** Files, addresses and commands. */
  path: (text: string) => styled('path', text),
  quiet: (text: string) => styled('quiet', text),
  name: (text: string) => styled('name', text),
};
