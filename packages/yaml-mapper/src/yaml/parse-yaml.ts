import { isAlias, isMap, isNode, isScalar, isSeq, parseDocument, type Document, type Pair, type YAMLError } from 'yaml';
import { LocatedText } from './located-text.js';
import type { Code } from '../problems/problem-codes.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { SourceFile, Span } from './source-file.js';
import type { MapEntry, Tree } from './yaml-tree.js';

const MAX_CHARACTERS = 512 * 1024;
const MAX_NODES = 20_000;
const MAX_DEPTH = 50;
const QUOTE_HELP =
  'An expression that holds `: `, ` #`, or begins with a quote, `!`, `*` or `[`, is written in quotes: "a ? b : c".';

const CODES: Readonly<Record<string, Code>> = {
  DUPLICATE_KEY: 'yaml-duplicate-key',
  TAG_RESOLVE_FAILED: 'yaml-tag',
  BAD_ALIAS: 'yaml-alias',
  RESOURCE_EXHAUSTION: 'file-too-large',
};

/** Parses strictly: YAML's warnings are errors. Undefined when there is nothing that could be checked further. */
export function parseYaml(file: SourceFile, problems: ProblemList): Tree | undefined {
  const whole = file.span(0, 0);
  if (file.text.length > MAX_CHARACTERS) {
    problems.add('file-too-large', whole, `The file has more than ${MAX_CHARACTERS} characters.`);
    return undefined;
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(file.text, {
      strict: true,
      uniqueKeys: true,
      prettyErrors: false,
      merge: false,
      logLevel: 'silent',
    });
  } catch {
    problems.add('file-too-large', whole, 'The file is nested too deeply to be parsed.');
    return undefined;
  }
  const findings = [...document.errors, ...document.warnings];
  for (const finding of findings) report(finding, file, problems);
  if (findings.length > 0) return undefined;
  if (document.contents === null) return undefined;
  try {
    return new TreeBuilder(document, file, problems).build(document.contents, 0, []);
  } catch (error) {
    if (error instanceof LimitReached) return undefined;
    throw error;
  }
}

function report(finding: YAMLError, file: SourceFile, problems: ProblemList): void {
  const [start, end] = finding.pos;
  const code = CODES[finding.code] ?? 'yaml-syntax';
  const tab = finding.code === 'TAB_AS_INDENT' ? 'YAML indents with spaces, never with tabs.' : undefined;
  problems.add(
    code,
    file.span(start, end),
    finding.message,
    tab ?? (code === 'yaml-duplicate-key' ? undefined : QUOTE_HELP),
  );
}

class LimitReached extends Error {}

/** Turns YAML's nodes into a `Tree`, within a budget that aliases count against. */
class TreeBuilder {
  readonly #document: Document.Parsed;
  readonly #file: SourceFile;
  readonly #problems: ProblemList;
  #nodes = 0;

  constructor(document: Document.Parsed, file: SourceFile, problems: ProblemList) {
    this.#document = document;
    this.#file = file;
    this.#problems = problems;
  }

  build(node: unknown, depth: number, within: readonly unknown[]): Tree {
    const span = this.#spanOf(node);
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES || depth > MAX_DEPTH) {
      this.#problems.add(
        'file-too-large',
        span,
        'The mapping has too many entries, or is nested too deeply, once aliases are expanded.',
      );
      throw new LimitReached();
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target !== undefined && !within.includes(target)) return this.build(target, depth + 1, [...within, target]);
      this.#problems.add('yaml-alias', span, `The alias \`*${node.source}\` contains itself or has no anchor.`);
      throw new LimitReached();
    }
    if (isMap(node)) {
      return {
        kind: 'map',
        span,
        entries: node.items.map((pair) => this.#entry(pair, depth, [...within, node])),
      };
    }
    if (isSeq(node)) {
      return {
        kind: 'list',
        span,
        items: node.items.map((item) => this.build(item, depth + 1, [...within, node])),
      };
    }
    const value: unknown = isScalar(node) ? node.value : null;
    if (typeof value === 'string') return { kind: 'scalar', span, value, located: new LocatedText(value, span) };
    if (typeof value === 'number' || typeof value === 'boolean' || value === null)
      return { kind: 'scalar', span, value };
    this.#problems.add('wrong-shape', span, 'A value of this YAML type is not part of the language.');
    return { kind: 'scalar', span, value: null };
  }

  #entry(pair: Pair, depth: number, within: readonly unknown[]): MapEntry {
    const keySpan = this.#spanOf(pair.key);
    const key = isScalar(pair.key) ? pair.key.value : undefined;
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean') {
      this.#problems.add('wrong-shape', keySpan, 'A key is a text.', QUOTE_HELP);
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
