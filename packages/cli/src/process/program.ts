import { unbroken } from '../terminal/theme.js';

const OWN_NAME = /[\\/]sluice(?:\.\w+)?$/u;

/**
 * The words that start this program where it was started: `sluice` alone is not found in a folder that has it in its
 * `node_modules`.
 */
export function programOf(script: string, environment: Readonly<Record<string, string | undefined>>): string {
  if (!OWN_NAME.test(script)) return 'sluice';
  if (/[\\/]_npx[\\/]/u.test(script)) return 'npx @sluice/cli';
  const isOfFolder = /[\\/]node_modules[\\/]\.bin[\\/]/u.test(script);
  return isOfFolder || environment['npm_lifecycle_event'] === 'npx' ? 'npx --no sluice' : 'sluice';
}

export const PROGRAM = programOf(process.argv[1] ?? '', process.env);

/** The program with an option and no command before it, which npx would take for its own. */
export function withOption(option: string, program = PROGRAM): string {
  return `${program.replace('npx --no sluice', 'npx --no -- sluice')} ${option}`;
}

/** Text whose commands in back-quotes can be pasted here: each stays on its line. */
export function withProgram(text: string): string {
  return text.replaceAll(/`sluice (?<rest>[^`\n]*)`/gu, (_, rest: string) => `\`${unbroken(`${PROGRAM} ${rest}`)}\``);
}
