import { ConfigError } from '@sluice/core/adapter';
import type { ProblemCode } from '@sluice/core/config';
import { closestName } from '@sluice/core/document';
import { example } from '../options/example.js';
import { jsonOption } from '../options/pipeline-options.js';
import { KNOWN_CODES } from '../output/known-codes.js';
import { indented } from '../output/words.js';
import { EXIT } from '../process/exit-code.js';
import { styled, theme } from '../terminal/theme.js';
import type { Command } from './command.js';

interface ExplainArguments {
  code: string | undefined;
  json: boolean;
}

export const explainCommand: Command<ExplainArguments> = {
  builder: (argv) =>
    jsonOption(argv)
      .positional('code', { type: 'string', describe: 'The code, as lint prints it in brackets' })
      .epilogue(example('$0 explain unit-mismatch', 'why, what to do, and an example')),
  handler: async ({ code, json }, { terminal }) => {
    const codes = code === undefined ? [...KNOWN_CODES] : [[code, knownCode(code)] as const];
    if (json) {
      const entries = codes.map(([name, known]) => ({ code: name, ...known }));
      terminal.out(`${JSON.stringify(code === undefined ? entries : entries[0], null, 2)}\n`);
    } else if (code === undefined) terminal.out(list(), 'wrapped');
    else terminal.out(explanation(code, knownCode(code)), 'wrapped');
    return EXIT.done;
  },
};

function knownCode(code: string): ProblemCode {
  const known = KNOWN_CODES.get(code);
  if (known !== undefined) return known;
  const meant = closestName(code, [...KNOWN_CODES.keys()]);
  const help = meant === undefined ? '`sluice explain` lists all of them' : `did you mean \`${meant}\`?`;
  throw new ConfigError([], `unknown code \`${code}\`; ${help}`);
}

function explanation(code: string, { severity, title, why, fix, wrong, right }: ProblemCode): string {
  return [
    `${theme.name(title)} (${styled(severity === 'error' ? 'bad' : 'warning', severity)} ${code})`,
    '',
    why,
    fix,
    '',
    theme.bad('wrong'),
    indented(wrong, 4),
    theme.ok('right'),
    indented(right, 4),
    '',
  ].join('\n');
}

function list(): string {
  const width = Math.max(...[...KNOWN_CODES.keys()].map(({ length }) => length));
  const lines = [...KNOWN_CODES].map(([code, { severity, title }]) => {
    const kind = styled(severity === 'error' ? 'bad' : 'warning', severity.padEnd('warning'.length));
    return `${code.padEnd(width)}  ${kind}  ${title}`;
  });
  return `${lines.join('\n')}\n`;
}
