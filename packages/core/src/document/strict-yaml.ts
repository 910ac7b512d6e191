import { isAlias, isMap, isNode, isScalar, isSeq, parseDocument, type Alias, type Document, type Node } from 'yaml';
import { maskVariables } from './mask-variables.js';
import { describeYamlErrors, shownTag, tagHelp, type YamlFinding } from './yaml-errors.js';

/** More than any file that people write. */
const MAX_CHARACTERS = 256 * 1024;
/** Further findings mostly follow from the first ones. */
const MAX_FINDINGS = 50;

export interface StrictYaml {
  readonly findings: readonly YamlFinding[];
  /** Absent when there are findings, and when the text is empty. */
  readonly contents?: Node | undefined;
  /** The node that an alias stands for: the last one before it with its anchor. */
  readonly targetOf: (alias: Alias) => Node | undefined;
}

/**
 * One document of YAML 1.2 without tags, directives or duplicate keys; what YAML only warns of is an error. Takes time
 * in proportion to the length of the text, whatever the text is.
 */
export function parseStrictYaml(text: string): StrictYaml {
  if (text.length > MAX_CHARACTERS) return refused(`the file has more than ${MAX_CHARACTERS} characters`);
  try {
    // The library compares each key with every other; the survey finds duplicate keys in one pass.
    const options = { strict: true, prettyErrors: false, merge: false, uniqueKeys: false } as const;
    let document = withoutStacks(() => parseDocument(text, options));
    const { masked, findings: variables } =
      document.errors.length === 0 ? { masked: text, findings: [] } : maskVariables(text);
    if (variables.length > 0) document = withoutStacks(() => parseDocument(masked, options));
    const survey = new Survey(text);
    survey.document(document);
    const errors = describeYamlErrors([...document.errors, ...document.warnings], masked);
    const findings = firstOfEachLine([...variables, ...errors, ...survey.findings], text);
    const contents = findings.length > 0 ? undefined : (document.contents ?? undefined);
    return { findings, contents, targetOf: (alias) => survey.targets.get(alias) };
  } catch (error) {
    if (error instanceof RangeError) return refused('the file is nested too deeply');
    throw error;
  }
}

/** The library makes an error for each problem. With the stacks of thousands, a file takes several times as long. */
function withoutStacks<T>(parse: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parse();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function refused(message: string): StrictYaml {
  return { findings: [{ code: 'file-too-large', start: 0, end: 0, message }], targetOf: () => undefined };
}

/** Visits every node once for its keys, its tag, and the targets of aliases. */
class Survey {
  readonly findings: YamlFinding[] = [];
  readonly targets = new Map<Alias, Node>();
  readonly #anchors = new Map<string, Node>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  document({ contents, directives }: Document.Parsed): void {
    if (directives.yaml.explicit === true || Object.keys(directives.tags).length > 1) {
      const { index = 0, 0: line = '' } = /^%.*/mu.exec(this.#text) ?? {};
      const message = 'a YAML directive changes what the file means';
      const help = 'remove the line';
      this.findings.push({ code: 'yaml-syntax', start: index, end: index + line.length, message, help });
    }
    this.#visit(contents);
  }

  #visit(node: unknown): void {
    if (!isNode(node)) return;
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target !== undefined) this.targets.set(node, target);
      return;
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined) this.#refuseTag(node, node.tag);
    if (isSeq(node)) for (const item of node.items) this.#visit(item);
    if (!isMap(node)) return;
    const keys = new Set<string>();
    for (const { key, value } of node.items) {
      if (isScalar(key)) this.#noteKey(key, String(key.value), keys);
      this.#visit(key);
      this.#visit(value);
    }
  }

  #noteKey(node: Node, name: string, keys: Set<string>): void {
    const [start, end] = node.range ?? [0, 0];
    if (name === '<<' && isScalar(node) && node.type === 'PLAIN') {
      const help = 'in a mapping, use `shared` and `include`; in other files, write the keys out';
      this.findings.push({ code: 'yaml-syntax', start, end, message: '`<<` (merge) is not part of YAML 1.2', help });
      return;
    }
    const message = `duplicate key \`${name.slice(0, 100)}\``;
    if (keys.has(name)) this.findings.push({ code: 'yaml-duplicate-key', start, end, message });
    keys.add(name);
  }

  #refuseTag(node: Node, tag: string): void {
    const [from, end] = node.range ?? [0, 0];
    const start = this.#text.lastIndexOf(' !', from) + 1;
    const name = tag.replace('tag:yaml.org,2002:', '!!').slice(0, 40);
    const message = `YAML reads ${shownTag(name, this.#text, start)} as a tag`;
    this.findings.push({ code: 'yaml-tag', start, end, message, ...tagHelp(name) });
  }
}

function firstOfEachLine(findings: readonly YamlFinding[], text: string): readonly YamlFinding[] {
  const kept: YamlFinding[] = [];
  let lineEnd = -1;
  for (const finding of findings.toSorted((a, b) => a.start - b.start)) {
    if (finding.start <= lineEnd) continue;
    kept.push(finding);
    const newline = text.indexOf('\n', finding.start);
    lineEnd = newline === -1 ? text.length : newline;
    if (kept.length >= MAX_FINDINGS) break;
  }
  return kept;
}
