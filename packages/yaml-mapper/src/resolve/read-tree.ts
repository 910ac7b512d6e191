import { didYouMean, entryOf, type MapTree, type Span, type Tree } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';

/** More events, fragments or names to remove than any mapping has. */
const MAX_ITEMS = 300;

export interface NamedSpan {
  readonly name: string;
  readonly span: Span;
}

export function readMap(tree: Tree, what: string, problems: ProblemList): MapTree | undefined {
  if (tree.kind === 'map') return tree;
  const isEmpty = tree.kind === 'scalar' && tree.value === null;
  const isNoBreak = tree.kind === 'scalar' && /:[\u00A0\u202F\u3000]/u.test(String(tree.value));
  const help = isEmpty
    ? 'write `name: value` on the lines below it, indented; or remove the key'
    : isNoBreak
      ? 'write an ordinary space after `:`; the one there is a different character'
      : 'write `name: value`, one per line, indented below the key';
  problems.add('wrong-shape', tree.span, `${what} must be a map of names and values`, help);
  return undefined;
}

export function readText(tree: Tree, what: string, problems: ProblemList): NamedSpan | undefined {
  if (tree.kind === 'scalar' && typeof tree.value === 'string' && tree.value.trim() !== '')
    return { name: tree.value, span: tree.span };
  const { file, start, end } = tree.span;
  const written = file.text.slice(start, end);
  const help =
    tree.kind !== 'scalar' || typeof tree.value === 'string' || written === ''
      ? 'write one text after the colon'
      : `quote it: '${written}'`;
  problems.add('wrong-shape', tree.span, `${what} must be a text`, help);
  return undefined;
}

/** The map under a key, if there is one. */
export function readMapAt(tree: MapTree, key: string, problems: ProblemList): MapTree | undefined {
  const entry = entryOf(tree, key);
  return entry && readMap(entry.value, `\`${key}\``, problems);
}

/** The text under a key, if there is one. */
export function readTextAt(tree: MapTree, key: string, problems: ProblemList): NamedSpan | undefined {
  const entry = entryOf(tree, key);
  return entry && readText(entry.value, `\`${key}\``, problems);
}

export function readBoolean(tree: Tree, what: string, problems: ProblemList): boolean | undefined {
  if (tree.kind === 'scalar' && typeof tree.value === 'boolean') return tree.value;
  problems.add('wrong-shape', tree.span, `${what} must be true or false`, 'write true or false, without quotes');
  return undefined;
}

export function readTexts(tree: Tree, what: string, problems: ProblemList): readonly NamedSpan[] {
  if (tree.kind === 'list' && tree.items.length > MAX_ITEMS) {
    problems.add('file-too-large', tree.span, `${what} has more than ${MAX_ITEMS} items`);
    return [];
  }
  if (tree.kind === 'list') return tree.items.flatMap((item) => readText(item, `an item of ${what}`, problems) ?? []);
  problems.add('wrong-shape', tree.span, `${what} must be a list: [a, b]`, 'write a list: [a, b]');
  return [];
}

/** The texts in the list under a key, if there is one. */
export function readTextsAt(tree: MapTree, key: string, problems: ProblemList): readonly NamedSpan[] {
  const entry = entryOf(tree, key);
  return entry === undefined ? [] : readTexts(entry.value, `\`${key}\``, problems);
}

/** The type that a declaration must name. `subject` is what it declares, for the message. */
export function readType<Type extends string>(
  declaration: MapTree,
  { subject, keySpan }: { readonly subject: string; readonly keySpan: Span },
  types: readonly Type[],
  problems: ProblemList,
): Type | undefined {
  if (entryOf(declaration, 'type') === undefined) {
    const help = `write { type: text }; known types: ${types.join(', ')}`;
    problems.add('missing-key', keySpan, `${subject} has no type`, help);
    return undefined;
  }
  const written = readTextAt(declaration, 'type', problems);
  const type = types.find((name) => name === written?.name);
  if (type === undefined && written !== undefined)
    problems.add('wrong-shape', written.span, `unknown type \`${written.name}\``, didYouMean(written.name, types));
  return type;
}

export function refuseOtherKeys(tree: MapTree, known: readonly string[], problems: ProblemList): void {
  for (const { key, keySpan } of tree.entries) {
    if (!known.includes(key)) problems.add('unknown-key', keySpan, `unknown key \`${key}\``, didYouMean(key, known));
  }
}
