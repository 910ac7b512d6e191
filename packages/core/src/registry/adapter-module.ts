import { z } from 'zod';
import type { Preset } from '../contracts/preset.js';
import { createRegistry, KIND_NAMES, type AnyDefinition } from './registry.js';

/** Enough to recognise a definition; `createRegistry` checks its version. */
const definitionShape = z.looseObject({
  kind: z.string(),
  type: z.string(),
  apiVersion: z.number(),
  config: z.custom((value) => value instanceof z.core.$ZodType),
  create: z.custom((value) => typeof value === 'function'),
});

/** What a definition of each kind must have as well, and the rule to tell its author. */
const NEEDED: Readonly<Record<AnyDefinition['kind'], readonly Need[]>> = {
  source: [['streams', 'must list its streams', ({ streams, described }) => isList(streams, described === undefined)]],
  sink: [
    ['eventSchema', "must be a schema, or 'any'", ({ eventSchema }) => isObject(eventSchema) || eventSchema === 'any'],
    ['repeats', 'must be a function', ({ repeats }) => typeof repeats === 'function'],
  ],
  state: [],
  scheduler: [],
};

type Need = readonly [name: string, rule: string, isMet: (definition: Readonly<Record<string, unknown>>) => boolean];

const exportsShape = z.record(z.string(), z.unknown());
const path = z.looseObject({ source: z.string(), sink: z.string(), pipeline: z.string(), mapping: z.looseObject({}) });
const presetsShape = z.array(z.custom<Preset>((value) => path.safeParse(value).success));

/** What a module exports, under the name by which a file uses it. */
export interface AdapterModule {
  readonly definition: AnyDefinition;
  readonly presets: readonly Preset[];
}

/**
 * The adapter of a kind in an imported module: its export `definition` or `default`, or else the only one of that kind.
 * Throws an error that says why there is none.
 */
export function adapterIn(module: unknown, kind: AnyDefinition['kind'], type: string): AdapterModule {
  const exported = exportsShape.safeParse({ ...Object(module) }).data ?? {};
  const named = [exported['definition'], exported['default']].filter((each) => isDefinition(each, kind));
  const found =
    named.length > 0 ? named : [...new Set(Object.values(exported))].filter((each) => isDefinition(each, kind));
  const [definition, another] = found;
  if (definition === undefined) {
    throw new Error(`the package \`${type}\` does not export the definition of a ${KIND_NAMES[kind]}`);
  }
  if (another !== undefined && named.length === 0) {
    const several = `exports several definitions of a ${KIND_NAMES[kind]}`;
    throw new Error(`the package \`${type}\` ${several}; export one of them as \`definition\``);
  }
  for (const [name, rule, isMet] of NEEDED[kind]) {
    if (isMet({ ...definition })) continue;
    throw new Error(`the definition in the package \`${type}\` is incomplete: \`${name}\` ${rule}`);
  }
  const used = { ...definition, type };
  createRegistry([used]);
  const { data: presets = [] } = presetsShape.safeParse(exported['presets']);
  const nameOf = (each: string) => (each === definition.type ? type : each);
  return {
    definition: used,
    presets: presets.map((preset) => ({ ...preset, [kind]: nameOf(preset[kind === 'source' ? 'source' : 'sink']) })),
  };
}

function isDefinition(value: unknown, kind: AnyDefinition['kind']): value is AnyDefinition {
  return definitionShape.safeParse(value).data?.kind === kind;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isList(value: unknown, isFilled: boolean): boolean {
  return Array.isArray(value) && (!isFilled || value.length > 0);
}
