import { isAlias, isMap, isScalar, isSeq, LineCounter, type Alias, type Node } from 'yaml';
import type { Problem } from '../contracts/problem.js';
import { placeOf, type Path, type SourceTree } from './source-tree.js';
import { parseStrictYaml } from './strict-yaml.js';
import { substitute, type SubstitutionContext } from '../config/substitute.js';
import { YAML_CODES } from './yaml-codes.js';

/** More values than any pipeline file has: a few aliases of aliases make billions. */
const MAX_VALUES = 20_000;

export interface ParsedYaml {
  readonly tree?: SourceTree;
  readonly lines: LineCounter;
  readonly problems: readonly Problem[];
}

export interface YamlContext extends SubstitutionContext {
  /** Whether the value at a path is left as it is written. */
  isVerbatim(path: Path): boolean;
}

/** Parses YAML strictly (its warnings are errors) and puts the variables in. Every problem at once. */
export function parseYaml(source: string, context: YamlContext): ParsedYaml {
  const text = source.replace(/^\uFEFF/u, '');
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let newline = text.indexOf('\n'); newline !== -1; newline = text.indexOf('\n', newline + 1))
    lines.addNewLine(newline + 1);
  const { document, findings, targetOf } = parseStrictYaml(text);
  if (document === undefined) {
    const problems = findings.map(({ code, start, end, message, help = YAML_CODES[code].fix }): Problem => {
      const place = placeOf(context.file, lines, [start, end]);
      return { ...place, code, severity: 'error', message, help };
    });
    return { lines, problems };
  }
  const reader = new TreeReader(targetOf, lines, context);
  const tree = reader.read(document.contents, []);
  return { tree, lines, problems: reader.problems };
}

class TreeReader {
  readonly problems: Problem[] = [];
  readonly #targetOf: (alias: Alias) => Node | undefined;
  readonly #lines: LineCounter;
  readonly #context: YamlContext;
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(targetOf: (alias: Alias) => Node | undefined, lines: LineCounter, context: YamlContext) {
    this.#targetOf = targetOf;
    this.#lines = lines;
    this.#context = context;
  }

  read(node: Node | null, path: Path, keyRange?: readonly [number, number]): SourceTree {
    const range = [node?.range?.[0] ?? keyRange?.[0] ?? 0, node?.range?.[1] ?? keyRange?.[1] ?? 0] as const;
    const at = { range, ...(keyRange === undefined ? {} : { keyRange }) };
    const children = new Map<string | number, SourceTree>();
    const target = isAlias(node) ? this.#targetOf(node) : node;
    this.#values++;
    if (!target || this.#values > MAX_VALUES || this.#open.has(target)) {
      if (isAlias(node) && (!target || this.#open.has(target)))
        this.#report(range, 'yaml-alias', `the alias *${node.source} contains itself or has no anchor`);
      else if (this.#values === MAX_VALUES + 1)
        this.#report(range, 'file-too-large', 'aliases make this file endless or huge');
      return { ...at, value: null, children, substitutions: [] };
    }
    if (isScalar(target)) return { ...at, children, ...this.#scalar(target.value, range, path) };
    this.#open.add(target);
    if (isSeq<Node>(target)) {
      for (const [index, item] of target.items.entries()) children.set(index, this.read(item, [...path, index]));
    } else if (isMap<Node, Node>(target)) {
      for (const { key, value } of target.items) {
        const keyNode = [key.range?.[0] ?? 0, key.range?.[1] ?? 0] as const;
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name === undefined) this.#report(keyNode, 'wrong-shape', 'this cannot be a key');
        else if (name === '__proto__') this.#report(keyNode, 'reserved-name', 'this cannot be a key');
        else children.set(name, this.read(value, [...path, name], keyNode));
      }
    }
    this.#open.delete(target);
    return { ...at, value: isSeq(target) ? [] : {}, children, substitutions: [] };
  }

  #scalar(value: unknown, range: readonly [number, number], path: Path): Pick<SourceTree, 'value' | 'substitutions'> {
    if (typeof value !== 'string' || this.#context.isVerbatim(path)) return { value, substitutions: [] };
    const { text, substitutions, failures } = substitute(value, this.#context);
    for (const { code, message, help } of failures) this.#report(range, code, message, help);
    return { value: text, substitutions };
  }

  #report(range: readonly [number, number], code: string, message: string, help?: string): void {
    const place = placeOf(this.#context.file, this.#lines, range);
    this.problems.push({ ...place, code, severity: 'error', message, ...(help !== undefined && { help }) });
  }
}
