import type { Choices } from './fuzz-target.js';
import { inBrackets, type YamlList, type YamlMap, type YamlValue } from './yaml-value.js';

/** The material of changes. */
export interface Material {
  readonly all: readonly Part[];
  /** By the key of the map that they are in. */
  readonly inside: ReadonlyMap<string, readonly Part[]>;
  readonly byKey: ReadonlyMap<string, readonly Part[]>;
  /** The keys that have a meaning; the others are names that people give. */
  readonly structure: ReadonlySet<string>;
  /** A scalar in the place of another: mostly one of the kind that stands in such files. */
  readonly aScalar: (choices: Choices, former: string | undefined) => string;
}

/** A value of a sample, or an item of a list, which has the key of the list. */
type Entry = YamlMap['entries'][number];

interface Part {
  readonly key: string;
  readonly value: YamlValue;
  readonly inside: string;
}

const SCALARS: readonly string[] = [
  '',
  'null',
  '~',
  'true',
  'no',
  '0',
  '-0',
  '0777',
  '1e999',
  '.nan',
  '-.inf',
  '9007199254740993',
  '2026-02-30',
  '12:30',
  '"\\ud800"',
  '"\\u202E\\u001B[31m"',
  '"\\0"',
  '""',
  "' '",
  '😀',
  '[]',
  '{}',
  '&a x',
  '*a',
  '!!binary aGk=',
  '${',
  '${X}',
  '${file:/etc/passwd}',
  '${X:-a}${Y}',
  '$$',
  '__proto__',
  'constructor',
  'toString',
  '|\n    a\n    b',
  '>-\n    a',
  "'it''s'",
];

/** Keys whose values are names: an expression there is a mistake that hides all others. */
const NAMES: ReadonlySet<string> = new Set([
  'event',
  'from',
  'include',
  'extends',
  'sluice',
  'source',
  'sink',
  'type',
  'unit',
  'mapping',
  'use',
]);

const HEAD: ReadonlySet<string> = new Set(['sluice', 'extends', 'pipeline', 'use']);

const KEYS: readonly string[] = ['__proto__', 'constructor', 'toString', '""', '1', 'null', '<<', '"a.b"', '"a\\nb"'];

export function materialOf(
  samples: readonly YamlValue[],
  structure: readonly string[],
  aScalar: Material['aScalar'],
): Material {
  const all = samples.flatMap((sample) => partsOf(sample, '', ''));
  return { all, inside: grouped(all, 'inside'), byKey: grouped(all, 'key'), structure: new Set(structure), aScalar };
}

function partsOf(value: YamlValue, key: string, inside: string): readonly Part[] {
  const self = { key, value, inside };
  if (typeof value === 'string') return [self];
  if (value.kind === 'list') return [self, ...value.items.flatMap((item) => partsOf(item, key, inside))];
  return [self, ...value.entries.flatMap(([name, inner]) => partsOf(inner, name, key))];
}

function grouped(parts: readonly Part[], by: 'inside' | 'key'): ReadonlyMap<string, readonly Part[]> {
  const groups = new Map<string, Part[]>();
  for (const part of parts) groups.set(part[by], [...(groups.get(part[by]) ?? []), part]);
  return groups;
}

/** The whole with one change somewhere inside it: mostly deep, and mostly of a kind that fits its place. */
export function changedYaml(whole: YamlValue, material: Material, choices: Choices): YamlValue {
  return new Change(material, choices).of(whole, '', '');
}

class Change {
  readonly #material: Material;
  readonly #choices: Choices;

  constructor(material: Material, choices: Choices) {
    this.#material = material;
    this.#choices = choices;
  }

  of(value: YamlValue, key: string, inside: string): YamlValue {
    if (typeof value === 'string' || this.#choices.once(inside === '' ? 60 : 16))
      return this.#replaced(value, key, inside);
    return value.kind === 'list' ? this.#list(value, key, inside) : this.#map(value, key);
  }

  #list({ items }: YamlList, key: string, inside: string): YamlList {
    if (items.length === 0 || this.#choices.once(6)) {
      return { kind: 'list', items: this.#spliced(items, this.#part(this.#material.byKey, key).value) };
    }
    const at = this.#choices.below(items.length);
    return { kind: 'list', items: items.map((item, index) => (index === at ? this.of(item, key, inside) : item)) };
  }

  #map({ entries }: YamlMap, key: string): YamlMap {
    const choices = this.#choices;
    const { structure } = this.#material;
    const { key: name, value } = this.#part(this.#material.inside, key);
    if (entries.length === 0 || choices.once(entries.some(([own]) => HEAD.has(own)) ? 15 : 6)) {
      const isOfNames = entries.length > 0 && entries.every(([own]) => !structure.has(own));
      const fresh: Entry = [choices.once(isOfNames ? 4 : 30) ? choices.of(KEYS) : name || 'a', value];
      const others = choices.once(8) ? entries : entries.filter(([other]) => other !== fresh[0]);
      return { kind: 'map', entries: this.#spliced(others, fresh) };
    }
    const at = this.#place(entries);
    const changed = entries.map(([own, inner], index): Entry => {
      if (index !== at) return [own, inner];
      if (choices.once(structure.has(own) ? 60 : 6)) return [choices.once(2) ? choices.of(KEYS) : name || own, inner];
      return [own, this.of(inner, own, key)];
    });
    return { kind: 'map', entries: changed };
  }

  /** Mostly not the head of a file: without it, nothing else of the file is looked at. */
  #place(entries: YamlMap['entries']): number {
    const body = entries.flatMap(([key], index) => (HEAD.has(key) ? [] : [index]));
    return body.length === 0 || this.#choices.once(20) ? this.#choices.below(entries.length) : this.#choices.of(body);
  }

  /** One item is put in, taken away, moved or, rarely, repeated hundreds of times. */
  #spliced<T>(items: readonly T[], fresh: T): readonly T[] {
    const choices = this.#choices;
    const at = choices.below(items.length + 1);
    if (choices.once(150)) return items.toSpliced(at, 0, ...Array<T>(choices.of([100, 600])).fill(items[at] ?? fresh));
    const others = items.toSpliced(at, 1);
    return choices.of([
      () => items.toSpliced(at, 0, fresh),
      () => items.toSpliced(at, 0, fresh),
      () => others,
      () => others.toSpliced(choices.below(items.length), 0, ...items.slice(at, at + 1)),
    ])();
  }

  #replaced(value: YamlValue, key: string, inside: string): YamlValue {
    const { byKey, inside: byPlace, aScalar } = this.#material;
    switch (this.#choices.below(10)) {
      case 0:
        return this.#choices.of(SCALARS);
      case 1:
      case 2:
        return this.#part(byKey, key).value;
      case 3:
        return this.#part(byPlace, inside).value;
      case 4:
        return this.#choices.once(2)
          ? { kind: 'list', items: [value] }
          : { kind: 'map', entries: [[this.#part(byPlace, key).key || 'value', value]] };
      case 5:
        return this.#choices.once(20) ? this.#nested(value) : this.#part(byKey, key).value;
      default:
        return NAMES.has(key)
          ? this.#part(byKey, key).value
          : aScalar(this.#choices, typeof value === 'string' ? value : undefined);
    }
  }

  #nested(value: YamlValue): YamlValue {
    const depth = this.#choices.of([10, 49, 60, 3000]);
    return '['.repeat(depth) + inBrackets(value) + ']'.repeat(depth);
  }

  /** Mostly one of the group. */
  #part(groups: ReadonlyMap<string, readonly Part[]>, name: string): Part {
    const group = groups.get(name);
    return this.#choices.of(group === undefined || this.#choices.once(12) ? this.#material.all : group);
  }
}
