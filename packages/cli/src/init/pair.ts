import { ConfigError } from '@sluice/core/adapter';
import type { Preset } from '@sluice/core/preset';
import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import type { Sluice } from '@sluice/sluice';
import type { Prompter } from './prompter.js';

/** The source and the sink of the new pipeline, and what ships for both. */
export interface Pair {
  readonly source: SourceDefinition;
  readonly sink: SinkDefinition;
  readonly preset: Preset | undefined;
}

/** With every preset for both, of which `preset` is the first. */
export interface ChosenPair extends Pair {
  readonly presets: readonly Preset[];
}

interface Wanted {
  readonly source?: string | undefined;
  readonly sink?: string | undefined;
}

/**
 * By flag, by the presets that fit the flags, or by question; without questions, as the first of those presets. Packages
 * are looked for from the folder of the new files.
 */
export async function choosePair(
  wanted: Wanted,
  adapters: Sluice['adapters'],
  folder: string,
  prompter: Prompter | undefined,
): Promise<ChosenPair> {
  const ofPackages = await adapters.named(wanted, folder);
  const presets = [...ofPackages.presets, ...adapters.presets];
  const all = await adapters.all();
  const { sinks } = all;
  // Without described streams there is no mapping to start from.
  const sources = all.sources.filter(({ described }) => described === undefined);
  const fits = (part: 'source' | 'sink') => (preset: Preset) =>
    wanted[part] === undefined || wanted[part] === preset[part];
  const fitting = presets.filter(fits('source')).filter(fits('sink'));
  const assumed = (part: 'source' | 'sink') => {
    const [type, ...others] = new Set(fitting.map((each) => each[part]));
    return prompter === undefined || others.length === 0 ? type : undefined;
  };
  const choose = async (part: 'source' | 'sink', known: readonly { readonly type: string; readonly doc: string }[]) => {
    const type = wanted[part] ?? assumed(part);
    if (type !== undefined) return type;
    if (known.length === 1) return known[0]?.type;
    if (prompter === undefined) return part === 'source' ? presets[0]?.source : undefined;
    return prompter.choice(
      `Which ${part}?`,
      known.map((each) => ({ value: each.type, label: `${each.type}: ${each.doc}` })),
    );
  };
  const types = { source: await choose('source', sources), sink: await choose('sink', sinks) };
  const { source, sink } = await adapters.named(types, folder);
  if (source === undefined || sink === undefined) {
    const part = source === undefined ? 'source' : 'sink';
    const known = { source: sources, sink: sinks }[part].map(({ type }) => type).join(', ');
    throw new ConfigError([], `missing ${part}: pass --${part} with one of ${known} or an installed package`);
  }
  if (source.described !== undefined) {
    const help = 'write a schema file with the streams, and a pipeline file that names it';
    throw new ConfigError([], `init cannot know the streams of the source \`${source.type}\`: ${help}`);
  }
  const ofBoth = presets.filter((each) => each.source === types.source && each.sink === types.sink);
  return { source, sink, preset: ofBoth[0], presets: ofBoth };
}

/** A name for files about the pair, and for its pipeline where none ships. */
export function pairName({ source, sink }: Pair): string {
  return `${source.type}-to-${sink.type}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replace(/^-/u, '');
}
