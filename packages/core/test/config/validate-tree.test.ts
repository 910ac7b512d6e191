import { expect } from 'chai';
import { z } from 'zod';
import { parseYaml } from '#src/document/parse-yaml.js';
import { renderProblems } from '#src/document/render-problems.js';
import { validateTree } from '#src/config/validate-tree.js';
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
});

function problemsOf(text: string, environment: Record<string, string> = {}): readonly Problem[] {
  const file = '/elsewhere/p.yaml';
  const parsed = parseYaml(text, { environment, file, readFile: () => '', isVerbatim: () => false });
  const { tree, lines, problems } = parsed;
  if (tree === undefined) return problems;
  return [...problems, ...validateTree(schema, tree, [], file, lines).problems];
}

/** Every problem as its message and what is marked. */
function marked(text: string, environment: Record<string, string> = {}): readonly string[] {
  return problemsOf(text, environment).map(({ line, column, endColumn, message }) => {
    return `${(text.split('\n')[line - 1] ?? '').slice(column - 1, endColumn - 1)}: ${message}`;
  });
}

describe('a part of a file that does not fit its schema', () => {
  it('marks the block that misses a key, and names the key', () => {
    expect(marked('name: x\nblock:\n  label: y\n')).to.deep.equal(['block: block.url is missing']);
    expect(marked('name: x\nblock: {}\n')).to.deep.equal(['block: block.url is missing']);
    expect(renderProblems(problemsOf('name: x\nblock:\n  label: y\n'), { readFile: () => 'name: x\nblock:' })).to.equal(
      '/elsewhere/p.yaml:2:1: error [missing-option] block.url is missing\n  2 | block:\n    | ^^^^^\n',
    );
  });

  it('marks where an item of a list, or the file itself, begins when that misses a key', () => {
    expect(marked('name: x\nitems: [{ key: a }, {}]\n')).to.deep.equal(['{: items.1.key is missing']);
    expect(marked('# comment\ncount: 1\n')).to.deep.equal(['c: name is missing']);
  });

  it('marks a key that has no value', () => {
    expect(marked('name: x\nblock:\n  url:\n')).to.deep.equal(['url: block.url is missing']);
  });

  it('says that a file is empty, or that it is no mapping at all', () => {
    expect(problemsOf('').map(({ message }) => message)).to.deep.equal(['the file is empty']);
    expect(problemsOf('- a\n').map(({ message }) => message)).to.deep.equal([
      'this file: expected object, received array',
    ]);
  });

  it('names a missing key beside a variable that is not set', () => {
    expect(marked('name: x\nblock: { label: "${NONE}" }\n').map((text) => text.split(': ')[1])).to.deep.equal([
      'the environment variable NONE is not set',
      'block.url is missing',
    ]);
  });

  it('is held against the shape that is meant, where a value may have several', () => {
    expect(marked('name: x\neither: { pat: y }\n')).to.have.members([
      'either: either.path is missing',
      'pat: either.pat is not an option',
    ]);
    expect(marked('name: x\neither: 5\n')[0]).to.include('expected string').and.include('expected object');
    expect(marked('name: x\ntagged: { by: key }\n')).to.deep.equal(['tagged: tagged.key is missing']);
    expect(marked('name: x\ntagged: { by: vault }\n')).to.deep.equal(['vault: tagged.by: expected key or file']);
  });

  it('suggests the keys that a block of several shapes knows', () => {
    expect(problemsOf('name: x\neither: { pat: y }\n').map(({ help }) => help)).to.include(
      'did you mean path? known here: path',
    );
  });

  it('has its words, not the letters of a short variable', () => {
    const text = 'name: x\ncount: "${N}"\n';
    expect(marked(text, { N: 'e' })).to.deep.equal(['"${N}": count: expected number, received string']);
  });
});
