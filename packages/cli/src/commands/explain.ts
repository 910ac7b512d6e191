import { ConfigError } from '@sluice/core/adapter';
import type { ProblemCode } from '@sluice/core/config';
import type { Command } from '../command.js';
import { EXIT } from '../exit-code.js';
import { KNOWN_CODES } from '../known-codes.js';
import { closest } from '../output/did-you-mean.js';
import { painter, type Paint } from '../output/paint.js';

interface ExplainArguments {
  code?: string | undefined;
  json: boolean;
}

export const explainCommand: Command<ExplainArguments> = {
  builder: (argv) =>
    argv
      .positional('code', { type: 'string', describe: 'The code, as lint prints it in brackets' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON', group: 'Output:' })
      .example('$0 explain unit-mismatch', 'why, what to do, and an example'),
  handler: async ({ code, json }, { terminal }) => {
    const paint = painter(terminal.colourOut);
    if (code === undefined) terminal.out(json ? asJson([...KNOWN_CODES].map(entry)) : list(paint));
    else {
      const known = required(code);
      terminal.out(json ? asJson(entry([code, known])) : explanation(code, known, paint));
    }
    return EXIT.done;
  },
};

function required(code: string): ProblemCode {
  const known = KNOWN_CODES.get(code);
  if (known !== undefined) return known;
  const meant = closest(code, [...KNOWN_CODES.keys()]);
  const hint = meant === undefined ? '`sluice explain` lists all of them' : `Did you mean "${meant}"?`;
  throw new ConfigError([], `there is no code "${code}". ${hint}`);
}

function explanation(code: string, { severity, title, why, fix, wrong, right }: ProblemCode, paint: Paint): string {
  const tone = severity === 'error' ? 'red' : 'yellow';
  return [
    `${paint(title, 'bold')} (${paint(severity, tone)} ${code})`,
    '',
    why,
    fix,
    '',
    paint('wrong', 'red'),
    indented(wrong),
    paint('right', 'green'),
    indented(right),
    '',
  ].join('\n');
}

function indented(text: string): string {
  return text.replaceAll(/^/gmu, '    ');
}

function list(paint: Paint): string {
  const width = Math.max(...[...KNOWN_CODES.keys()].map(({ length }) => length));
  const lines = [...KNOWN_CODES].map(([code, { severity, title }]) => {
    const kind = paint(severity.padEnd('warning'.length), severity === 'error' ? 'red' : 'yellow');
    return `${code.padEnd(width)}  ${kind}  ${title}`;
  });
  return `${lines.join('\n')}\n`;
}

function entry([code, known]: readonly [string, ProblemCode]): object {
  return { code, ...known };
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
