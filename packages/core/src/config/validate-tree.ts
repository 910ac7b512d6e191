import type { LineCounter } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../contracts/problem.js';
import { didYouMean } from './did-you-mean.js';
import { knownKeys } from './known-keys.js';
import { redactKnownSecrets } from '../logging/known-secrets.js';
import { collectSecrets } from './secret.js';
import { nearest, placeOf, plain, walk, type Path, type SourceTree } from './source-tree.js';

export interface Validated<T> {
  readonly value?: T;
  readonly problems: readonly Problem[];
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
  const issues = result.success ? [] : result.error.issues;
  const problems = issues.flatMap((issue) => problemsOf(issue, schema, tree, path, secrets, { file, lines }));
  problems.push(...secretsInClear(tree, secrets, file, lines));
  return result.success ? { value: result.data, problems } : { problems };
}

/** A variable is always text: where a number or a boolean is asked for, the text of one is taken for it. */
function convertSubstituted(schema: z.ZodType, tree: SourceTree): void {
  const result = schema.safeParse(plain(tree));
  for (const issue of result.success ? [] : result.error.issues) {
    const place = nearest(tree, issue.path as Path);
    if (issue.code !== 'invalid_type' || place.tree.substitutions.length === 0) continue;
    const text = String(place.tree.value);
    if (issue.expected === 'boolean' && /^(?:true|false)$/u.test(text)) place.tree.value = text === 'true';
    if (issue.expected === 'number' && /^-?\d+(?:\.\d+)?$/u.test(text)) place.tree.value = Number(text);
  }
}

function problemsOf(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  tree: SourceTree,
  base: Path,
  secrets: readonly string[],
  { file, lines }: { readonly file: string; readonly lines: LineCounter },
): readonly Problem[] {
  const issuePath = issue.path as Path;
  const { tree: at, found } = nearest(tree, issuePath);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const child = at.children.get(key);
      return {
        ...placeOf(file, lines, child?.keyRange ?? at.range),
        code: 'unknown-key',
        severity: 'error',
        message: `${[...base, ...issuePath, key].join('.')} is not an option`,
        help: didYouMean(
          key,
          knownKeys(schema, issuePath).filter((known) => !at.children.has(known)),
        ),
      };
    });
  }
  // The variable that is missing here was reported already; what stands in its place says nothing.
  if ([...walk(at)].some((each) => each.substitutions.some(({ value }) => value === undefined))) return [];
  const name = [...base, ...issuePath].join('.');
  const isMissing = !found || (at.value === null && issue.code === 'invalid_type');
  const message = isMissing ? `${name} is missing` : `${name}: ${hideValues(at, describe(issue), secrets)}`;
  const range = found ? at.range : (at.keyRange ?? [at.range[0], at.range[0] + 1]);
  return [
    {
      ...placeOf(file, lines, range),
      code: isMissing ? 'missing-option' : 'invalid-option',
      severity: 'error',
      message,
    },
  ];
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') {
    const messages = issue.errors.flat().map(describe);
    return messages.length === 0 ? issue.message : [...new Set(messages)].join('; or ');
  }
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(String).join(' or ')}`;
  return issue.message.replace(/^Invalid input: /u, '');
}

/** A message of an adapter may quote what it got. */
function hideValues(tree: SourceTree, message: string, secrets: readonly string[]): string {
  let result = redactKnownSecrets(message);
  for (const { name, value } of [...walk(tree)].flatMap((each) => each.substitutions)) {
    if (value !== undefined && value !== '') result = result.replaceAll(value, `\${${name}}`);
  }
  for (const secret of secrets) result = result.replaceAll(secret, '[redacted]');
  return result;
}

function secretsInClear(
  tree: SourceTree,
  secrets: readonly string[],
  file: string,
  lines: LineCounter,
): readonly Problem[] {
  return [...walk(tree)]
    .filter((each) => each.substitutions.length === 0 && secrets.includes(each.value as string))
    .map((each) => ({
      ...placeOf(file, lines, each.range),
      code: 'secret-in-clear',
      severity: 'warning',
      message: 'a secret is written in clear in this file, where everybody who sees the file can read it',
      help: 'put it into an environment variable, ${NAME}, or a file of its own, ${file:PATH}',
    }));
}
