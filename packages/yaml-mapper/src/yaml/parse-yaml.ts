import { parseStrictYaml, type StrictYaml } from '@sluice/core';
import { isAlias, isMap, isNode, isScalar, isSeq, type Pair } from 'yaml';
import type { ProblemList } from '../problems/problem-list.js';
import { LocatedText } from './located-text.js';
import type { SourceFile, Span } from './source-file.js';
import type { MapEntry, Tree } from './yaml-tree.js';

const MAX_NODES = 20_000;
const MAX_DEPTH = 50;

/** Parses strictly: YAML's warnings are errors. Undefined when there is nothing that could be checked further. */
export function parseYaml(file: SourceFile, problems: ProblemList): Tree | undefined {
  const { document, findings, targetOf } = parseStrictYaml(file.text);
  for (const { code, start, end, message, help } of findings) problems.add(code, file.span(start, end), message, help);
  if (document === undefined || document.contents === null) return undefined;
  try {
    return new TreeBuilder(targetOf, file, problems).build(document.contents, 0, new Set());
  } catch (error) {
    if (error instanceof LimitReached) return undefined;
    throw error;
  }
}

class LimitReached extends Error {}

/** Turns YAML's nodes into a `Tree`, within a budget that aliases count against. */
class TreeBuilder {
  readonly #targetOf: StrictYaml['targetOf'];
  readonly #file: SourceFile;
  readonly #problems: ProblemList;
  #nodes = 0;
  /** The alias that is being expanded, the outermost one. */
  #alias: Span | undefined;

  constructor(targetOf: StrictYaml['targetOf'], file: SourceFile, problems: ProblemList) {
    this.#targetOf = targetOf;
    this.#file = file;
    this.#problems = problems;
  }

  build(node: unknown, depth: number, within: ReadonlySet<unknown>): Tree {
    const span = this.#spanOf(node);
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES || depth > MAX_DEPTH) {
      this.#problems.add(
        'file-too-large',
        this.#alias ?? span,
        'The mapping has too many entries, or is nested too deeply, once aliases are expanded.',
      );
      throw new LimitReached();
    }
    if (isAlias(node)) {
      const target = this.#targetOf(node);
      if (target !== undefined && !within.has(target)) return this.#expand(target, span, depth, within);
      this.#problems.add('yaml-alias', span, `The alias \`*${node.source}\` contains itself or has no anchor.`);
      throw new LimitReached();
    }
    if (isMap(node)) {
      return {
        kind: 'map',
        span,
        entries: node.items.flatMap((pair) => this.#entry(pair, depth, new Set([...within, node])) ?? []),
      };
    }
    if (isSeq(node)) {
      return {
        kind: 'list',
        span,
        items: node.items.map((item) => this.build(item, depth + 1, new Set([...within, node]))),
      };
    }
    const value: unknown = isScalar(node) ? node.value : null;
    if (typeof value === 'string') return { kind: 'scalar', span, value, located: new LocatedText(value, span) };
    if (typeof value === 'number' || typeof value === 'boolean' || value === null)
      return { kind: 'scalar', span, value };
    this.#problems.add('wrong-shape', span, 'A value of this YAML type is not part of the language.');
    return { kind: 'scalar', span, value: null };
  }

  #expand(target: unknown, span: Span, depth: number, within: ReadonlySet<unknown>): Tree {
    const outer = this.#alias;
    this.#alias ??= span;
    const tree = this.build(target, depth + 1, new Set([...within, target]));
    this.#alias = outer;
    return tree;
  }

  #entry(pair: Pair, depth: number, within: ReadonlySet<unknown>): MapEntry | undefined {
    const keySpan = this.#spanOf(pair.key);
    const key = isScalar(pair.key) ? pair.key.value : undefined;
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean') {
      this.#problems.add(
        'wrong-shape',
        keySpan,
        'A key is a text.',
        'Quote it; a field stands as it is, without braces: name.',
      );
      return undefined;
    }
    const value: Tree =
      pair.value === null
        ? { kind: 'scalar', span: this.#file.span(keySpan.end, keySpan.end), value: null }
        : this.build(pair.value, depth + 1, within);
    return { key: String(key), keySpan, value };
  }

  #spanOf(node: unknown): Span {
    const [start, end] = (isNode(node) ? node.range : undefined) ?? [0, 0];
    return this.#file.span(start, end);
  }
}
