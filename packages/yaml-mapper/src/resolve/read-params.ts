import type { JsonValue, MappingContext } from '@sluice/core';
import { didYouMean } from '../problems/did-you-mean.js';
import { textToInstant } from '../functions/instant-text.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { Layer } from './read-layers.js';
import { readMap, readText, refuseOtherKeys } from './read-tree.js';
import type { Param } from '../check/scope.js';
import { entryOf, type MapEntry, type Tree } from '../yaml/yaml-tree.js';

const TYPES = ['text', 'number', 'boolean', 'timestamp', 'url'] as const;
type ParamType = (typeof TYPES)[number];

/** The declared parameters with their values. Linted by itself, a mapping's required ones are null. */
export function readParams(
  layers: readonly Layer[],
  context: MappingContext,
  problems: ProblemList,
): ReadonlyMap<string, Param> {
  const params = new Map<string, Param>();
  for (const { tree } of layers) {
    const entry = entryOf(tree, 'params');
    const map = entry && readMap(entry.value, '`params`', problems);
    for (const declared of map?.entries ?? []) {
      const param = readParam(declared, context, problems);
      if (param !== undefined) params.set(param.name, param);
    }
  }
  const own = layers.at(-1)?.tree;
  for (const name of Object.keys(context.params ?? {})) {
    if (params.has(name) || own === undefined) continue;
    const at = entryOf(own, 'params')?.keySpan ?? { ...own.span, end: own.span.start };
    problems.add(
      'unknown-param',
      at,
      `The pipeline gives a parameter \`${name}\`, which the mapping does not declare.`,
      didYouMean(name, [...params.keys()]),
    );
  }
  return params;
}

function readParam(
  { key, keySpan, value: tree }: MapEntry,
  context: MappingContext,
  problems: ProblemList,
): Param | undefined {
  const map = readMap(tree, 'A parameter', problems);
  if (map === undefined) return undefined;
  refuseOtherKeys(map, ['type', 'default', 'doc'], problems);
  const typeEntry = entryOf(map, 'type');
  if (typeEntry === undefined) {
    problems.add(
      'missing-key',
      keySpan,
      `The parameter \`${key}\` has no type.`,
      `Write { type: text }; types: ${TYPES.join(', ')}.`,
    );
    return undefined;
  }
  const typeText = readText(typeEntry.value, '`type`', problems);
  const type = TYPES.find((name) => name === typeText?.name);
  if (type === undefined) {
    if (typeText)
      problems.add(
        'wrong-shape',
        typeText.span,
        `\`${typeText.name}\` is not a type of a parameter.`,
        didYouMean(typeText.name, TYPES),
      );
    return undefined;
  }
  const fallback = entryOf(map, 'default');
  const given = context.params !== undefined && Object.hasOwn(context.params, key) ? context.params[key] : undefined;
  let value: JsonValue = fallback === undefined ? null : paramValue(scalarOf(fallback.value), type);
  if (fallback !== undefined && value === null)
    problems.add('param-type', fallback.value.span, `The default is not of type ${type}.`);
  if (given !== undefined && given !== null) {
    value = paramValue(given, type);
    if (value === null)
      problems.add(
        'param-type',
        keySpan,
        `The pipeline's value for \`${key}\` is not of type ${type}.`,
        type === 'url' ? 'A url begins with http:// or https://.' : undefined,
      );
  } else if (context.params !== undefined && fallback === undefined) {
    problems.add(
      'param-missing',
      keySpan,
      `The parameter \`${key}\` has no value.`,
      `Write params: { ${key}: … } in the pipeline file.`,
    );
  }
  const name = type === 'url' ? 'text' : type;
  return {
    name: key,
    type: { name, nullable: false, ...(name === 'number' && { literal: true }) },
    isUrl: type === 'url',
    value,
    span: keySpan,
    used: false,
  };
}

function scalarOf(tree: Tree): unknown {
  return tree.kind === 'scalar' ? tree.value : undefined;
}

/** Values from the environment are texts: a number or a boolean may be written as one. */
function paramValue(given: unknown, type: ParamType): JsonValue {
  if (type === 'number') {
    const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  }
  if (type === 'boolean') {
    if (given === 'true' || given === 'false') return given === 'true';
    return typeof given === 'boolean' ? given : null;
  }
  if (typeof given !== 'string') return null;
  if (type === 'timestamp') return textToInstant(given);
  if (type === 'text') return given;
  return /^https?:\/\/[^\s/]/iu.test(given) && URL.canParse(given) ? given.replace(/\/+$/u, '') : null;
}
