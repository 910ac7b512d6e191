import { isAlias, isMap, isScalar, isSeq, parseDocument, stringify } from 'yaml';
import type { Choices } from './fuzz-target.js';

/** A value of a YAML file, to be changed and written again: a scalar is the text in the file. */
export type YamlValue = string | YamlList | YamlMap;

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlValue[];
}

export interface YamlMap {
  readonly kind: 'map';
  /** Keys may repeat, and are written as they are. */
  readonly entries: readonly (readonly [key: string, value: YamlValue])[];
}

export function readYaml(text: string): YamlValue {
  return valueOf(parseDocument(text, { uniqueKeys: false, logLevel: 'silent' }).contents);
}

function valueOf(node: unknown): YamlValue {
  if (isMap(node)) return { kind: 'map', entries: node.items.map(({ key, value }) => [keyOf(key), valueOf(value)]) };
  if (isSeq(node)) return { kind: 'list', items: node.items.map(valueOf) };
  if (isAlias(node)) return `*${node.source}`;
  return isScalar(node) ? oneLine(node.value) : '';
}

function keyOf(node: unknown): string {
  return isScalar(node) ? oneLine(node.value) : '? ';
}

function oneLine(value: unknown): string {
  return stringify(value, { lineWidth: 0, blockQuote: false }).trimEnd();
}

/** In blocks, or in brackets and braces: one in a few parts is written the other way. */
export function writeYaml(value: YamlValue, choices: Choices, indent = ''): string {
  if (typeof value === 'string') return value;
  if (isEmpty(value) || choices.once(12)) return inBrackets(value);
  if (value.kind === 'list')
    return value.items.map((item) => `\n${indent}- ${writeYaml(item, choices, `${indent}  `).trimStart()}`).join('');
  return value.entries
    .map(([key, inner]) => {
      const written = writeYaml(inner, choices, `${indent}  `);
      return `\n${indent}${key}:${written.startsWith('\n') ? '' : ' '}${written}`;
    })
    .join('');
}

function isEmpty(value: YamlList | YamlMap): boolean {
  return (value.kind === 'list' ? value.items : value.entries).length === 0;
}

export function inBrackets(value: YamlValue): string {
  if (typeof value === 'string') return value;
  if (value.kind === 'list') return `[${value.items.map(inBrackets).join(', ')}]`;
  return `{ ${value.entries.map(([key, inner]) => `${key}: ${inBrackets(inner)}`).join(', ')} }`;
}
