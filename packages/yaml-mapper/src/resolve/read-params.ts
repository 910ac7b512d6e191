import type { JsonValue } from '@sluice/core/adapter';
import type { MappingContext } from '@sluice/core/config';
import { didYouMean, entryOf, startOf, type MapEntry, type MapTree, type Span, type Tree } from '@sluice/core/document';
import { isName } from '../check/parse-expression.js';
import type { Param } from '../check/scope.js';
import type { Code } from '../problems/problem-codes.js';
import type { ProblemList } from '../problems/problem-list.js';
import { PARAM_KEYS } from './language-keys.js';
import { describeParamType, PARAM_TYPES, paramValue, type ParamType } from './param-value.js';
import { readMap, readMapAt, readTextAt, readType, refuseOtherKeys } from './read-tree.js';

/** The declared parameters with their values. When a mapping is linted alone, required ones are null. */
export function readParams(
  layers: readonly MapTree[],
  context: MappingContext,
  problems: ProblemList,
): ReadonlyMap<string, Param> {
  const declared = new Map<string, MapEntry>();
  for (const layer of layers) {
    for (const entry of readMapAt(layer, 'params', problems)?.entries ?? []) declared.set(entry.key, entry);
  }
  const reader = new ParamReader(context, problems);
  const params = new Map<string, Param>();
  for (const entry of declared.values()) {
    const param = reader.read(entry);
    if (param !== undefined) params.set(param.name, param);
  }
  const own = layers.at(-1);
  for (const name of Object.keys(context.params ?? {})) {
    if (declared.has(name) || own === undefined) continue;
    const at = entryOf(own, 'params')?.keySpan ?? startOf(own.span);
    const message = `the mapping does not declare a parameter \`${name}\``;
    reader.report('unknown-param', name, at, message, didYouMean(name, [...declared.keys()]));
  }
  return params;
}

class ParamReader {
  readonly #context: MappingContext;
  readonly #problems: ProblemList;

  constructor(context: MappingContext, problems: ProblemList) {
    this.#context = context;
    this.#problems = problems;
  }

  read(entry: MapEntry): Param | undefined {
    const { key, keySpan } = entry;
    if (!isName(key)) {
      const help = 'choose a name of letters, digits and _ that has no meaning in expressions, such as team_name';
      this.#problems.add('reserved-name', keySpan, `no expression can read a parameter named \`${key}\``, help);
      return undefined;
    }
    const map = readMap(entry.value, 'a parameter', this.#problems);
    if (map === undefined) return undefined;
    refuseOtherKeys(map, Object.keys(PARAM_KEYS), this.#problems);
    readTextAt(map, 'doc', this.#problems);
    const type = readType(map, { subject: `the parameter \`${key}\``, keySpan }, PARAM_TYPES, this.#problems);
    if (type === undefined) return undefined;
    const fallback = this.#default(entryOf(map, 'default'), type);
    const given = this.#given(key, keySpan, type);
    if (given === undefined && fallback === undefined && this.#context.params !== undefined) {
      const help = `write params: { ${key}: … } in the pipeline file`;
      this.report('param-missing', undefined, keySpan, `the parameter \`${key}\` has no value`, help);
    }
    const name = type === 'url' || type === 'secret' ? 'text' : type;
    return {
      name: key,
      declared: type,
      type: { name, nullable: false, literal: name === 'number' ? true : undefined },
      value: given ?? fallback ?? null,
      span: keySpan,
      used: false,
    };
  }

  /** At its place in the pipeline file, if there is one, because it must be edited there. */
  report(code: Code, name: string | undefined, span: Span, message: string, help?: string): void {
    const place = this.#context.placeOfParam?.(name);
    if (place === undefined) this.#problems.add(code, span, message, help);
    else this.#problems.addAt(code, place, message, help);
  }

  #default(entry: MapEntry | undefined, type: ParamType): JsonValue | undefined {
    if (entry === undefined) return undefined;
    const { value: tree } = entry;
    if (type === 'secret') {
      this.#problems.add('secret-in-clear', tree.span, 'a default cannot be secret');
      this.#hide(tree.span.file.text.slice(tree.span.start, tree.span.end));
    }
    const value = paramValue(scalarOf(tree), type);
    if (value === null)
      this.#problems.add('param-type', tree.span, `the default is not of type ${type}`, describeParamType(type));
    return value;
  }

  #given(key: string, keySpan: Span, type: ParamType): JsonValue | undefined {
    const { params } = this.#context;
    if (params === undefined) return undefined;
    const given = Object.hasOwn(params, key) ? params[key] : undefined;
    if (given === undefined || given === null) return undefined;
    const value = paramValue(given, type);
    if (value === null) {
      const message = `the value of the parameter \`${key}\` is not of type ${type}`;
      this.report('param-type', key, keySpan, message, describeParamType(type));
    }
    if (type === 'secret') {
      const written = this.#context.paramInClear?.(key);
      this.#hide(written ?? '');
      if (typeof value === 'string') {
        this.#hide(value);
        if (written !== undefined)
          this.report('secret-in-clear', key, keySpan, `the secret \`${key}\` is written in this file`);
      }
    }
    return value;
  }

  /** From now on, a secret is masked in every message and log line, as are the lines of a file in which it is written. */
  #hide(secret: string): void {
    for (const text of [secret, ...secret.split('\n')]) this.#context.redactor.add(text);
  }
}

function scalarOf(tree: Tree): unknown {
  return tree.kind === 'scalar' ? tree.value : undefined;
}
