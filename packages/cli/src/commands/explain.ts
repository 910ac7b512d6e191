import { ConfigError } from '@sluice/core/adapter';
import type { ProblemCode } from '@sluice/core/config';
import { didYouMean } from '@sluice/core/document';
import { jsonOption } from '../options/pipeline-options.js';
import { KNOWN_CODES } from '../output/known-codes.js';
import { indented } from '../output/words.js';
import { EXIT } from '../process/exit-code.js';
import { painter, type Paint } from '../terminal/colours.js';
import type { Command } from './command.js';

interface ExplainArguments {
  code: string | undefined;
  json: boolean;
}

export const explainCommand: Command<ExplainArguments> = {
  builder: (argv) =>
    jsonOption(argv)
      .positional('code', { type: 'string', describe: 'The code, as lint prints it in brackets' })
      .example('$0 explain unit-mismatch', 'why, what to do, and an example'),
  handler: async ({ code, json }, { terminal }) => {
    const paint = painter(terminal.colourOut);
    const codes = code === undefined ? [...KNOWN_CODES] : [[code, knownCode(code)] as const];
    if (json) {
      const entries = codes.map(([name, known]) => ({ code: name, ...known }));
      terminal.out(`${JSON.stringify(code === undefined ? entries : entries[0], null, 2)}\n`);
    } else if (code === undefined) terminal.out(list(paint));
    else terminal.out(explanation(code, knownCode(code), paint));
    return EXIT.done;
  },
};

function knownCode(code: string): ProblemCode {
  const known = KNOWN_CODES.get(code);
  if (known !== undefined) return known;
  throw new ConfigError([], `unknown code \`${code}\`; ${didYouMean(code, [...KNOWN_CODES.keys()])}`);
}

function explanation(code: string, { severity, title, why, fix, wrong, right }: ProblemCode, paint: Paint): string {
  return [
    `${paint(title, 'bold')} (${paint(severity, severity === 'error' ? 'red' : 'yellow')} ${code})`,
    '',
    why,
    fix,
    '',
    paint('wrong', 'red'),
    indented(wrong, 4),
    paint('right', 'green'),
    indented(right, 4),
    '',
  ].join('\n');
}

function list(paint: Paint): string {
  const width = Math.max(...[...KNOWN_CODES.keys()].map(({ length }) => length));
  const lines = [...KNOWN_CODES].map(([code, { severity, title }]) => {
    const kind = paint(severity.padEnd('warning'.length), severity === 'error' ? 'red' : 'yellow');
    return `${code.padEnd(width)}  ${kind}  ${title}`;
  });
  return `${lines.join('\n')}\n`;
}
