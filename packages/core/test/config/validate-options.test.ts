import { expect } from 'chai';
import { SecretRedactor } from '#src/logging/secret-redactor.js';
import { z } from 'zod';
import { PIPELINE_FILE_CODES, type PipelineFileCode } from '#src/config/config-codes.js';
import { fillVariables } from '#src/config/fill-variables.js';
import { validateOptions } from '#src/config/validate-options.js';
import { ProblemList } from '#src/document/problem-list.js';
import { readDocument } from '#src/document/read-document.js';
import { rootOf } from '#src/document/tree.js';
import { renderProblems } from '#src/document/render-problems.js';
import type { Problem } from '#src/contracts/problem.js';

const schema = z.strictObject({
  name: z.string(),
  count: z.number().optional(),
  block: z.strictObject({ url: z.string(), label: z.string().optional() }).optional(),
  items: z.array(z.strictObject({ key: z.string() })).optional(),
  either: z.union([z.string(), z.strictObject({ path: z.string() })]).optional(),
  tagged: z
    .discriminatedUnion('by', [
      z.strictObject({ by: z.literal('key'), key: z.string() }),
      z.strictObject({ by: z.literal('file'), path: z.string() }),
    ])
    .optional(),
  ids: z
    .array(z.string(), {
      error: ({ input }) =>
        `write a list: ${String(input)
          .split(',')
          .map((id) => id.trim())
          .join()}`,
    })
    .optional(),
});

function problemsOf(
  text: string,
  environment: Record<string, string> = {},
  checked: z.ZodType = schema,
): readonly Problem[] {
  const file = '/elsewhere/p.yaml';
  const document = readDocument(file, () => text);
  const problems = new ProblemList<PipelineFileCode>(PIPELINE_FILE_CODES);
  const filled = fillVariables(rootOf(document), () => false, { environment, file, readFile: () => '' }, problems);
  validateOptions(checked, { tree: filled.tree, path: [], filled }, new SecretRedactor(), problems);
  return problems.all();
}

/** For every problem, the marked text and the message. */
function marked(text: string, environment: Record<string, string> = {}): readonly string[] {
  return problemsOf(text, environment).map(({ line, column, endColumn, message }) => {
    return `${(text.split('\n')[line - 1] ?? '').slice(column - 1, endColumn - 1)}: ${message}`;
  });
}

describe('options that do not match their schema', () => {
  it('are marked at the block that lacks a key, and the key is named', () => {
    expect(marked('name: x\nblock:\n  label: y\n')).to.deep.equal(['block: missing option `block.url`']);
    expect(marked('name: x\nblock: {}\n')).to.deep.equal(['block: missing option `block.url`']);
    expect(
      renderProblems(problemsOf('name: x\nblock:\n  label: y\n'), {
        readFile: () => 'name: x\nblock:',
        redactor: new SecretRedactor(),
      }),
    ).to.equal(
      '/elsewhere/p.yaml:2:1: error [missing-key] missing option `block.url`\n  2 | block:\n    | ^^^^^\n  help: add the key that the message names\n',
    );
  });

  it('are marked at the start of a list item, or of the file, that lacks a key', () => {
    expect(marked('name: x\nitems: [{ key: a }, {}]\n')).to.deep.equal(['{: missing option `items.1.key`']);
    expect(marked('# comment\ncount: 1\n')).to.deep.equal(['c: missing option `name`']);
  });

  it('are answered with the examples of their message', () => {
    const said = (value: string, message: string): string => {
      const checked = z.strictObject({ name: z.string().refine(() => false, message) });
      const [problem] = problemsOf(`name: ${value}\n`, {}, checked);
      return `${problem?.message} → ${problem?.help}`;
    };
    expect(said('x', 'expected a duration, such as 30m, 24h or 1d')).to.equal(
      '`name`: expected a duration → for example 30m, 24h or 1d',
    );
    expect(said('x', 'unknown zone; expected a name such as UTC')).to.equal(
      '`name`: unknown zone; expected a name → for example UTC',
    );
    expect(said('x', 'expected a name such as a, or something else: write a')).to.include('→ write a');
  });

  it('are marked at a key without a value', () => {
    expect(marked('name: x\nblock:\n  url:\n')).to.deep.equal(['url: missing option `block.url`']);
  });

  it('may be an empty file, or a file that is not a map', () => {
    expect(problemsOf('').map(({ message }) => message)).to.deep.equal(['the file is empty']);
    expect(problemsOf('- a\n').map(({ message }) => message)).to.deep.equal(['this file: must be names and values']);
  });

  it('are named along with a variable that is not set', () => {
    expect(marked('name: x\nblock: { label: "${NONE}" }\n').map((text) => text.split(': ')[1])).to.deep.equal([
      'missing option `block.url`',
      'the environment variable NONE is not set',
    ]);
  });

  it('are compared with the alternative that was probably meant', () => {
    expect(marked('name: x\neither: { pat: y }\n')).to.have.members([
      'either: missing option `either.path`',
      'pat: unknown option `either.pat`',
    ]);
    expect(marked('name: x\neither: 5\n')[0]).to.equal('5: `either`: must be a text or names and values');
    expect(marked('name: x\ntagged: { by: key }\n')).to.deep.equal(['tagged: missing option `tagged.key`']);
    expect(marked('name: x\ntagged: { by: vault }\n')).to.deep.equal(['vault: `tagged.by`: expected key or file']);
  });

  it('get suggestions from every alternative', () => {
    expect(problemsOf('name: x\neither: { pat: y }\n').map(({ help }) => help)).to.include('did you mean `path`?');
  });

  it('do not have the letters of a short variable replaced in the message', () => {
    const text = 'name: x\ncount: "${N}"\n';
    expect(marked(text, { N: 'e' })).to.deep.equal(['"${N}": `count`: must be a number']);
  });

  it('hide the value of a variable where a suggestion takes it apart', () => {
    const told = (value: string) => problemsOf('name: x\nids: "${N}"\n', { N: value }).map(({ help }) => help);
    expect(told(' sesame ')).to.deep.equal(['write a list: ${N}']);
    expect(told('sesame, open-4711\n')).to.deep.equal(['write a list: ${N},${N}']);
  });
});
