import { z } from 'zod';
import type { Span, Tree } from '../contracts/document.js';
import type { Redactor } from '../contracts/redactor.js';
import { didYouMean } from '../document/did-you-mean.js';
import { hideValues } from '../document/hide-values.js';
import type { ProblemList } from '../document/problem-list.js';
import { placeOf } from '../document/source-file.js';
import { entryOf, nearest, scalarsIn, type KeyedTree, type Path } from '../document/tree.js';
import type { PipelineFileCode } from './config-codes.js';
import { describeIssue } from './describe-issue.js';
import { isUnresolved, placeInClear, substitutionsIn, type FilledTree } from './fill-variables.js';
import { leafIssues } from './leaf-issues.js';
import { knownKeys, schemasAt } from './schemas-at.js';
import { isSecretInput, revealedSecrets, secretsIn } from './secret.js';

type Problems = ProblemList<PipelineFileCode>;

/** A part of a pipeline file that has a schema: the file itself, or the options of an adapter. */
export interface OptionsBlock extends KeyedTree {
  /** Where in the file the block is, for messages. */
  readonly path: Path;
  /** The file that it is a part of. */
  readonly filled: FilledTree;
}

interface Validation {
  readonly schema: z.ZodType;
  readonly block: OptionsBlock;
  readonly secrets: readonly string[];
  readonly redactor: Redactor;
  readonly problems: Problems;
}

/** Checks a block against its schema, and tells the redactor its secrets. Undefined when it has an error. */
export function validateOptions<T>(
  schema: z.ZodType<T>,
  block: OptionsBlock,
  redactor: Redactor,
  problems: Problems,
): T | undefined {
  const value = valueOf(block.tree, [], schema, block.filled);
  const result = schema.safeParse(value);
  const secrets = [...secretsIn(schema, value), ...revealedSecrets(result.data)];
  for (const secret of secrets) redactor.add(secret);
  const validation = { schema, block, secrets, redactor, problems };
  for (const issue of result.error?.issues.flatMap(leafIssues) ?? []) reportIssue(issue, validation);
  hideWrittenSecrets(validation);
  warnOfSecrets(validation);
  return result.data;
}

/** The plain value of a tree, to be parsed by a schema. */
export function valueOf(tree: Tree, path: Path, schema: z.ZodType, filled: FilledTree): unknown {
  if (tree.kind === 'list') return tree.items.map((item, index) => valueOf(item, [...path, index], schema, filled));
  if (tree.kind === 'map') {
    const entries = tree.entries.map(({ key, value }) => [key, valueOf(value, [...path, key], schema, filled)]);
    return Object.fromEntries(entries);
  }
  const { value } = tree;
  const isFilled = typeof value === 'string' && filled.substitutions.has(tree);
  return isFilled ? convert(value, schemasAt(schema, path)) : value;
}

/** A variable is always a text: where the schema asks for a number or a boolean, it is read as one. */
function convert(text: string, schemas: readonly z.core.$ZodType[]): string | number | boolean {
  if (schemas.some((each) => each instanceof z.ZodString)) return text;
  if (/^-?\d+(?:\.\d+)?$/u.test(text) && schemas.some((each) => each instanceof z.ZodNumber)) return Number(text);
  if (/^(?:true|false)$/u.test(text) && schemas.some((each) => each instanceof z.ZodBoolean)) return text === 'true';
  return text;
}

function reportIssue(issue: z.core.$ZodIssue, { schema, block, secrets, redactor, problems }: Validation): void {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  const { tree, keySpan, found } = nearest(block, path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path).filter((key) => entryOf(tree, key) === undefined);
    for (const key of issue.keys) {
      const message = `unknown option \`${nameOf([...block.path, ...path, key])}\``;
      const span = entryOf(tree, key)?.keySpan ?? tree.span;
      const inKey = key.includes('${') ? 'a variable can only stand in a value, not in a key' : undefined;
      problems.addAt('unknown-key', placeOf(span), message, inKey ?? didYouMean(key, known));
    }
    return;
  }
  const name = nameOf([...block.path, ...path]);
  if (!found || (isNull(tree) && issue.code === 'invalid_type')) {
    const message = name === '' ? 'the file is empty' : `missing option \`${name}\``;
    problems.addAt('missing-key', placeOf(keySpan ?? firstCharacter(tree.span)), message);
    return;
  }
  // The missing variable has been reported; what is wrong with the text without it does not matter.
  if (isUnresolved(tree, block.filled)) return;
  const told = redactor.redact(withoutValues(describeIssue(issue), tree, block.filled, secrets));
  const [what, advice] = withAdvice(told);
  const message = name === '' ? `this file: ${what}` : `\`${name}\`: ${what}`;
  const span = (issue.code === 'invalid_key' ? keySpan : undefined) ?? tree.span;
  const isSecret = schemasAt(schema, path).some(isSecretInput);
  if (isSecret) for (const scalar of scalarsIn(tree)) redactor.add(writtenAt(scalar.span));
  problems.addAt('invalid-option', placeOf(span), message, advice ?? kindHelp(issue, tree, block.filled, isSecret));
}

/** At the end of a message: `, such as 30m, 24h or 1d`. */
const EXAMPLES = /^(?<what>[^:]+?),? such as (?<examples>\S+(?:, \S+)*(?: or \S+)?)$/u;

/** A message of a schema may end with what to do, after a colon, or with examples, or consist of what to do. */
function withAdvice(message: string): readonly [what: string, advice: string | undefined] {
  if (message.startsWith('write ')) return ['invalid value', message];
  const { what: kind, examples } = EXAMPLES.exec(message)?.groups ?? {};
  if (kind !== undefined && examples !== undefined) return [kind, `for example ${examples}`];
  const [, what = message, advice] = /^(.+?): (.+)$/su.exec(message) ?? [];
  return [what, advice];
}

/** What to write where YAML reads a value as another kind than the one that is wanted. */
function kindHelp(issue: z.core.$ZodIssue, tree: Tree, filled: FilledTree, isSecret: boolean): string | undefined {
  if (issue.code === 'invalid_union') {
    const helps = issue.errors
      .flat()
      .map((inner) => (inner.path.length === 0 ? kindHelp(inner, tree, filled, isSecret) : undefined));
    return helps.find((help) => help !== undefined);
  }
  if (issue.code !== 'invalid_type' || filled.substitutions.has(tree)) return undefined;
  const written = writtenAt(tree.span);
  if (tree.kind !== 'scalar') {
    if (issue.expected === 'array') return 'write a list: [a, b]';
    return issue.expected === 'string' ? 'write one text, in quotes if it has brackets or braces' : undefined;
  }
  const { value } = tree;
  if (issue.expected === 'string' && typeof value !== 'string') {
    return isSecret ? 'quote it' : `quote it: '${written}'`;
  }
  if (typeof value !== 'string') return issue.expected === 'array' ? `write a list: ['${written}']` : undefined;
  if (issue.expected === 'array') return 'write a list: [a, b]';
  if (issue.expected === 'object' || issue.expected === 'record')
    return 'write names and values on the lines below, indented';
  if (issue.expected === 'boolean' && /^(?:yes|on|true)$/iu.test(value))
    return 'write true: YAML 1.2 has no yes and no';
  if (issue.expected === 'boolean' && /^(?:no|off|false)$/iu.test(value))
    return 'write false: YAML 1.2 has no yes and no';
  if (issue.expected === 'boolean') return 'write true or false';
  const number = value.replaceAll('_', '');
  if (issue.expected === 'number' && number.trim() !== '' && Number.isFinite(Number(number)))
    return `write ${number}, without quotes and underscores`;
  return issue.expected === 'number' ? 'write a number, in digits and without quotes' : undefined;
}

function writtenAt({ file, start, end }: Span): string {
  return file.text.slice(start, end);
}

function nameOf(path: Path): string {
  return path.join('.');
}

function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}

/** For a block without a key, such as an item of a list. */
function firstCharacter(span: Span): Span {
  return { ...span, end: span.start + 1 };
}

/** An adapter's message may quote the value. */
function withoutValues(message: string, tree: Tree, filled: FilledTree, secrets: readonly string[]): string {
  const names = new Map(secrets.flatMap((secret) => writtenForms(secret).map((form) => [form, '[redacted]'])));
  for (const { name, value } of substitutionsIn(tree, filled))
    for (const form of value === undefined ? [] : writtenForms(value)) names.set(form, `\${${name}}`);
  return hideValues(message, names);
}

/** A message may suggest a value without its white space, or as a list. */
function writtenForms(value: string): readonly string[] {
  return [value, value.trim(), ...value.split(',').map((part) => part.trim())];
}

/** In the file a secret can have escapes and several lines, and literal parts beside its variables. */
function hideWrittenSecrets({ block, secrets, redactor }: Validation): void {
  for (const { value, span } of scalarsIn(block.tree)) {
    if (typeof value !== 'string' || !secrets.includes(value)) continue;
    const written = writtenAt(span);
    if (/^["']?\$\{[^}]*\}["']?$/u.test(written)) continue;
    for (const line of written.split('\n')) redactor.add(line.trim());
  }
}

function warnOfSecrets({ block, secrets, problems }: Validation): void {
  for (const scalar of scalarsIn(block.tree)) {
    if (typeof scalar.value !== 'string' || !secrets.includes(scalar.value)) continue;
    const place = placeInClear(scalar, block.filled);
    if (place !== undefined) problems.add('secret-in-clear', place, 'a secret is written in this file', SECRET_HELP);
  }
}

const SECRET_HELP = 'use an environment variable, ${NAME}, or a separate file, ${file:PATH}';
