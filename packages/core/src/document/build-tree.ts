import { isAlias, isMap, isNode, isScalar, isSeq, type Pair } from 'yaml';
import type { MapEntry, SourceFile, Span, Tree } from '../contracts/document.js';
import { hasHalfCharacter } from './decode-text.js';
import type { FileCode } from './file-codes.js';
import { locateText } from './located-text.js';
import type { ProblemList } from './problem-list.js';
import type { StrictYaml } from './strict-yaml.js';

/** More values than any file that people write: a few aliases of aliases make billions. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 50;

const HALF = 'an escape stands for half of a character';

class LimitReached extends Error {}

/** The nodes of YAML as a tree, aliases expanded. Undefined when that is impossible or exceeds the limits. */
export function buildTree(
  root: unknown,
  file: SourceFile,
  targetOf: StrictYaml['targetOf'],
  problems: ProblemList<FileCode>,
): Tree | undefined {
  try {
    return new TreeBuilder(file, targetOf, problems).build(root, 0, new Set());
  } catch (error) {
    if (error instanceof LimitReached) return undefined;
    throw error;
  }
}

class TreeBuilder {
  readonly #file: SourceFile;
  readonly #targetOf: StrictYaml['targetOf'];
  readonly #problems: ProblemList<FileCode>;
  #nodes = 0;
  /** The outermost alias that is being expanded. */
  #alias: Span | undefined;

  constructor(file: SourceFile, targetOf: StrictYaml['targetOf'], problems: ProblemList<FileCode>) {
    this.#file = file;
    this.#targetOf = targetOf;
    this.#problems = problems;
  }

  /** `within` holds the nodes around this one: an alias of one of them contains itself. */
  build(node: unknown, depth: number, within: ReadonlySet<unknown>): Tree {
    const span = this.#spanOf(node);
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES || depth > MAX_DEPTH) {
      const message = 'the file has too many entries or is nested too deeply once aliases are expanded';
      this.#problems.add('file-too-large', this.#alias ?? span, message);
      throw new LimitReached();
    }
    if (isAlias(node)) {
      const target = this.#targetOf(node);
      if (target !== undefined && !within.has(target)) return this.#expand(target, span, depth, within);
      const what = target === undefined ? 'has no anchor' : 'contains itself';
      this.#problems.add('yaml-alias', span, `the alias \`*${node.source}\` ${what}`);
      throw new LimitReached();
    }
    const inside = isMap(node) || isSeq(node) ? new Set([...within, node]) : within;
    if (isMap(node))
      return { kind: 'map', span, entries: node.items.flatMap((pair) => this.#entry(pair, depth, inside) ?? []) };
    if (isSeq(node))
      return { kind: 'list', span, items: node.items.map((item) => this.build(item, depth + 1, inside)) };
    const value: unknown = isScalar(node) ? node.value : null;
    if (typeof value === 'string' && hasHalfCharacter(value))
      this.#problems.add('not-unicode', span, HALF, 'write the whole character');
    if (typeof value === 'number' && isScalar(node) && /^[+-]?0\d/u.test(node.source ?? '')) {
      const text = `'${node.source}'`;
      const help = `for a number, write ${value}; for a text, ${text}, or { const: ${text} } in place of an expression`;
      this.#problems.add('wrong-shape', span, 'a number with a leading zero is not octal in YAML 1.2', help);
    }
    if (typeof value === 'string') return { kind: 'scalar', span, value, located: locateText(value, span) };
    if (typeof value === 'number' || typeof value === 'boolean' || value === null)
      return { kind: 'scalar', span, value };
    this.#problems.add('wrong-shape', span, 'a value of this YAML type cannot be used here');
    return { kind: 'scalar', span, value: null };
  }

  #expand(target: unknown, span: Span, depth: number, within: ReadonlySet<unknown>): Tree {
    const outer = this.#alias;
    this.#alias ??= span;
    const tree = this.build(target, depth + 1, new Set([...within, target]));
    this.#alias = outer;
    return tree;
  }

  #entry({ key: written, value }: Pair, depth: number, within: ReadonlySet<unknown>): MapEntry | undefined {
    const keySpan = this.#spanOf(written);
    const key = isScalar(written) ? written.value : undefined;
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean') {
      const help = 'quote the key; write a field without braces: name';
      this.#problems.add('wrong-shape', keySpan, 'a key must be a text', help);
      return undefined;
    }
    if (typeof key === 'string' && hasHalfCharacter(key)) this.#problems.add('not-unicode', keySpan, HALF);
    if (key === '__proto__') {
      this.#problems.add('reserved-name', keySpan, '`__proto__` cannot be a name');
      return undefined;
    }
    const name = typeof key === 'number' && isScalar(written) ? (written.source ?? String(key)) : String(key);
    if (name !== String(key)) {
      const message = `YAML reads the key \`${name}\` as the number ${key}`;
      this.#problems.add('wrong-shape', keySpan, message, `quote the key: '${name}'`);
    }
    const empty: Tree = { kind: 'scalar', span: { ...keySpan, start: keySpan.end }, value: null };
    return { key: name, keySpan, value: value === null ? empty : this.build(value, depth + 1, within) };
  }

  #spanOf(node: unknown): Span {
    const [start, end] = (isNode(node) ? node.range : undefined) ?? [0, 0];
    return { file: this.#file, start, end };
  }
}
