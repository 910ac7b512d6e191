import type { LineCounter } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../contracts/problem.js';
import { redactKnownSecrets } from '../logging/known-secrets.js';
import { didYouMean } from '../document/did-you-mean.js';
import { hideValues } from '../document/hide-values.js';
import { knownKeys } from './known-keys.js';
import { leafIssues } from './leaf-issues.js';
import { collectSecrets } from './secret.js';
import { nearest, placeOf, plain, walk, type Path, type SourceTree } from '../document/source-tree.js';

export interface Validated<T> {
  readonly value?: T;
  readonly problems: readonly Problem[];
}

interface Surroundings {
  readonly schema: z.ZodType;
  readonly tree: SourceTree;
  /** Where the tree is in the file, for people. */
  readonly base: Path;
  readonly secrets: readonly string[];
  readonly file: string;
  readonly lines: LineCounter;
}

/** Holds a part of a file against a schema. `path` is where the part is in the file, for people. */
export function validateTree<T>(
  schema: z.ZodType<T>,
  tree: SourceTree,
  path: Path,
  file: string,
  lines: LineCounter,
): Validated<T> {
  convertSubstituted(schema, tree);
  const { result, secrets } = collectSecrets(() => schema.safeParse(plain(tree)));
  const issues = result.success ? [] : result.error.issues.flatMap(leafIssues);
  const surroundings = { schema, tree, base: path, secrets, file, lines };
  const problems = issues.flatMap((issue) => problemsOf(issue, surroundings));
  problems.push(...secretsInClear(tree, secrets, file, lines));
  return result.success ? { value: result.data, problems } : { problems };
}

/** A variable is always text: where a number or a boolean is asked for, the text of one is taken for it. */
function convertSubstituted(schema: z.ZodType, tree: SourceTree): void {
  const result = schema.safeParse(plain(tree));
  for (const issue of result.success ? [] : result.error.issues.flatMap(leafIssues)) {
    const place = nearest(tree, pathOf(issue));
    if (issue.code !== 'invalid_type' || place.tree.substitutions.length === 0) continue;
    const text = String(place.tree.value);
    if (issue.expected === 'boolean' && /^(?:true|false)$/u.test(text)) place.tree.value = text === 'true';
    if (issue.expected === 'number' && /^-?\d+(?:\.\d+)?$/u.test(text)) place.tree.value = Number(text);
  }
}

function problemsOf(issue: z.core.$ZodIssue, surroundings: Surroundings): readonly Problem[] {
  const { tree, base, secrets, file, lines } = surroundings;
  const path = pathOf(issue);
  const { tree: at, found } = nearest(tree, path);
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, path, at, surroundings);
  const name = [...base, ...path].join('.');
  if (!found || (at.value === null && issue.code === 'invalid_type')) {
    const message = name === '' ? 'the file is empty' : `${name} is missing`;
    return [{ ...placeOf(file, lines, blockRange(at)), code: 'missing-option', severity: 'error', message }];
  }
  // The variable that is missing here was reported already; what stands in its place says nothing.
  if ([...walk(at)].some((each) => each.substitutions.some(({ value }) => value === undefined))) return [];
  const message = `${name === '' ? 'this file' : name}: ${withoutValues(at, describe(issue), secrets)}`;
  return [{ ...placeOf(file, lines, at.range), code: 'invalid-option', severity: 'error', message }];
}

function pathOf(issue: z.core.$ZodIssue): Path {
  return issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
}

/** The key of a block; one without a key, such as an item of a list, is marked where it begins. */
function blockRange({ keyRange, range: [start] }: SourceTree): SourceTree['range'] {
  return keyRange ?? [start, start + 1];
}

function unknownKeys(
  keys: readonly string[],
  path: Path,
  at: SourceTree,
  { schema, base, file, lines }: Surroundings,
): readonly Problem[] {
  const known = knownKeys(schema, path).filter((key) => !at.children.has(key));
  const problems: Problem[] = [];
  for (const key of keys) {
    const place = placeOf(file, lines, at.children.get(key)?.keyRange ?? at.range);
    const message = `${[...base, ...path, key].join('.')} is not an option`;
    problems.push({ ...place, code: 'unknown-key', severity: 'error', message, help: didYouMean(key, known) });
  }
  return problems;
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') {
    const messages = issue.errors.flat().map(describe);
    if ('options' in issue && issue.options !== undefined) return `expected ${issue.options.map(String).join(' or ')}`;
    return messages.length === 0 ? issue.message : [...new Set(messages)].join('; or ');
  }
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(String).join(' or ')}`;
  return issue.message.replace(/^Invalid input: /u, '');
}

/** A message of an adapter may quote what it got. */
function withoutValues(tree: SourceTree, message: string, secrets: readonly string[]): string {
  const names = new Map<string, string>();
  for (const { name, value } of [...walk(tree)].flatMap((each) => each.substitutions)) {
    if (value !== undefined) names.set(value, `\${${name}}`);
  }
  for (const secret of secrets) if (!names.has(secret)) names.set(secret, '[redacted]');
  return redactKnownSecrets(hideValues(message, names));
}

function secretsInClear(
  tree: SourceTree,
  secrets: readonly string[],
  file: string,
  lines: LineCounter,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { value, substitutions, range } of walk(tree)) {
    if (substitutions.length > 0 || typeof value !== 'string' || !secrets.includes(value)) continue;
    problems.push({
      ...placeOf(file, lines, range),
      code: 'secret-in-clear',
      severity: 'warning',
      message: 'a secret is written in clear in this file, where everybody who sees the file can read it',
      help: 'put it into an environment variable, ${NAME}, or a file of its own, ${file:PATH}',
    });
  }
  return problems;
}
