import { dirname, resolve } from 'node:path';
import type { ScalarTree, Span, Tree } from '../contracts/document.js';
import type { ProblemList } from '../document/problem-list.js';
import { readDocument } from '../document/read-document.js';
import { entryOf, rootOf } from '../document/tree.js';
import type { PipelineFileCode } from './config-codes.js';
import { fillVariables, placeInClear } from './fill-variables.js';
import type { Member, SubstitutionContext } from './substitute.js';

const NAME = /^[a-z0-9][a-z0-9-]*$/u;
const VALUE_NAME = /^[A-Za-z][A-Za-z0-9]*$/u;

/**
 * The entries of `foreach`: each makes a separate pipeline. They are in the file, as names or as names with values,
 * or in a separate file. Undefined when the file has none. Reports what is wrong with them.
 */
export function membersOf(
  root: Tree,
  context: SubstitutionContext,
  problems: ProblemList<PipelineFileCode>,
): readonly Member[] | undefined {
  const foreach = entryOf(root, 'foreach');
  if (foreach === undefined) return undefined;
  if (foreach.value.kind !== 'scalar' || typeof foreach.value.value !== 'string') {
    return entriesOf(foreach.value, context, problems);
  }
  const file = resolve(dirname(context.file), foreach.value.value);
  const document = readDocument(file, context.readFile, foreach.value.span);
  problems.addAll(document.problems);
  return document.root === undefined ? [] : entriesOf(rootOf(document), { ...context, file }, problems);
}

function entriesOf(
  tree: Tree,
  context: SubstitutionContext,
  problems: ProblemList<PipelineFileCode>,
): readonly Member[] {
  const wrong = (at: Span, message: string): void => problems.add('invalid-option', at, message, HELP);
  const named = (name: string, at: Span): boolean => {
    if (!NAME.test(name)) wrong(at, `the name \`${name}\` must be lower-case letters, digits and hyphens`);
    return NAME.test(name);
  };
  const members: Member[] = [];
  if (tree.kind === 'list') {
    for (const item of tree.items) {
      const name = item.kind === 'scalar' && typeof item.value === 'string' ? item.value : undefined;
      if (name === undefined) wrong(item.span, 'an entry of the list is not a text');
      else if (named(name, item.span)) members.push({ name, values: {}, written: new Map() });
    }
  } else if (tree.kind === 'map') {
    for (const { key, keySpan, value } of tree.entries) {
      if (named(key, keySpan)) members.push({ name: key, ...valuesOf(value, context, problems) });
    }
  }
  const twice = members.find(({ name }, index) => members.findIndex((each) => each.name === name) < index);
  if (twice !== undefined) wrong(tree.span, `the name \`${twice.name}\` is written twice`);
  if (members.length === 0 && !problems.hasErrors) wrong(tree.span, '`foreach` has no entry');
  return members;
}

const HELP = 'write a name for each pipeline, with its values: `acme: { project: p1 }`; or a list of names';

function valuesOf(
  tree: Tree,
  context: SubstitutionContext,
  problems: ProblemList<PipelineFileCode>,
): Omit<Member, 'name'> {
  const all = fillVariables(tree, () => false, { ...context, isInEntry: true }, problems);
  const filled = all.tree;
  const written = new Map<string, Span>();
  if (filled.kind === 'scalar' && filled.value === null) return { values: {}, written };
  if (filled.kind !== 'map') {
    problems.add('invalid-option', tree.span, 'the values of an entry must be a map of names to values', HELP);
    return { values: {}, written };
  }
  const values: [string, string][] = [];
  for (const { key, keySpan, value } of filled.entries) {
    const text = value.kind === 'scalar' ? textOf(value) : undefined;
    if (!VALUE_NAME.test(key)) {
      problems.add('invalid-option', keySpan, `the name \`${key}\` must be letters and digits`, HELP);
    } else if (text === undefined) {
      problems.add('invalid-option', value.span, `\`${key}\` must be a text, a number, true or false`, HELP);
    } else {
      values.push([key, text]);
      const place = placeInClear(value, all);
      if (place !== undefined) written.set(key, place);
    }
  }
  return { values: Object.fromEntries(values), written };
}

function textOf({ value }: ScalarTree): string | undefined {
  return value === null ? undefined : String(value);
}
