import { isAlias, isMap, isNode, isScalar, isSeq, parseDocument, type Alias, type Document, type Node } from 'yaml';
import type { YamlCode } from './yaml-codes.js';
import { describeYamlError } from './yaml-errors.js';

/** Longer than any file that people write. */
const MAX_CHARACTERS = 256 * 1024;
/** What follows from the first mistakes helps nobody. */
const MAX_FINDINGS = 50;

/** Something wrong with a text as YAML, in UTF-16 offsets. */
export interface YamlFinding {
  readonly code: YamlCode;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly help?: string;
}

export interface StrictYaml {
  readonly findings: readonly YamlFinding[];
  /** Present when there are no findings. */
  readonly document?: Document.Parsed;
  /** What an alias stands for: the last node before it with its anchor. */
  readonly targetOf: (alias: Alias) => Node | undefined;
}

/**
 * One document of YAML 1.2 without tags, directives or equal keys; what YAML only warns of is an error. Ends in time
 * that grows with the length of the text, whatever the text is.
 */
export function parseStrictYaml(text: string): StrictYaml {
  const refused = (message: string): StrictYaml => ({
    findings: [{ code: 'file-too-large', start: 0, end: 0, message }],
    targetOf: () => undefined,
  });
  if (text.length > MAX_CHARACTERS) return refused(`The file has more than ${MAX_CHARACTERS} characters.`);
  try {
    // Equal keys are looked for below: the library compares each key with every other.
    const document = parseDocument(text, { strict: true, prettyErrors: false, merge: false, uniqueKeys: false });
    const survey = new Survey(text);
    survey.document(document);
    const errors = [...document.errors, ...document.warnings].map((error) => describeYamlError(error, text));
    const findings = firstOfEachLine([...errors, ...survey.findings], text);
    const targetOf = (alias: Alias) => survey.targets.get(alias);
    return findings.length > 0 ? { findings, targetOf } : { findings, document, targetOf };
  } catch (error) {
    if (error instanceof RangeError) return refused('The file is nested too deeply to be read.');
    throw error;
  }
}

/** Looks at every node once: keys, tags, and what the aliases stand for. */
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
      const message = 'A YAML directive changes what the file means.';
      this.findings.push({
        code: 'yaml-syntax',
        start: index,
        end: index + line.length,
        message,
        help: 'Remove the line.',
      });
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
    if (node.tag !== undefined)
      this.#add(
        'yaml-tag',
        node,
        `A YAML tag (\`${node.tag.replace('tag:yaml.org,2002:', '!!').slice(0, 40)}\`) stands here.`,
      );
    if (isSeq(node)) for (const item of node.items) this.#visit(item);
    if (!isMap(node)) return;
    const keys = new Set<unknown>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name !== undefined && keys.has(name))
        this.#add('yaml-duplicate-key', key, `The key \`${name.slice(0, 100)}\` is there twice.`);
      keys.add(name);
      this.#visit(key);
      this.#visit(value);
    }
  }

  #add(code: YamlCode, node: unknown, message: string, help?: string): void {
    const [from, end] = (isNode(node) ? node.range : undefined) ?? [0, 0];
    const start = code === 'yaml-tag' ? this.#text.lastIndexOf(' !', from) + 1 : from;
    this.findings.push({ code, start, end, message, ...(help !== undefined && { help }) });
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
