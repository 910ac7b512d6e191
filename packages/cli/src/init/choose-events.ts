import { ConfigError } from '@sluice/core/adapter';
import type { ChosenPair, Pair } from './pair.js';
import type { Prompter } from './prompter.js';

/** The answer that takes the events of every preset. */
const BOTH = 'both';

/** The pipelines to write: one, or one for each preset of the pair. */
export type Pairs = readonly [first: Pair, ...others: Pair[]];

/** By flag or by question where several presets fit the pair; without either, those of the first. */
export async function chooseEvents(
  given: string | undefined,
  { presets, ...pair }: ChosenPair,
  prompter: Prompter | undefined,
): Promise<Pairs> {
  const named = presets.flatMap((preset) => (preset.events ? [{ ...preset.events, preset }] : []));
  if (named.length < 2) {
    if (given !== undefined) {
      const only = `there are not several mappings for ${pair.source.type} and ${pair.sink.type} to choose from`;
      throw new ConfigError([], `--events ${given}: ${only}; omit --events`);
    }
    return [pair];
  }
  const choices = [
    ...named.map(({ name, label }) => ({ value: name, label })),
    { value: BOTH, label: 'both, as two pipelines' },
  ];
  const chosen = given ?? (await prompter?.choice('Which events?', choices)) ?? choices[0]?.value;
  const wanted = named.filter(({ name }) => chosen === BOTH || name === chosen);
  const [first, ...others] = wanted.map(({ preset }) => ({ ...pair, preset }));
  if (first !== undefined) return [first, ...others];
  throw new ConfigError([], `--events ${chosen}: expected ${choices.map(({ value }) => value).join(', ')}`);
}

/** The name of each pipeline: that of the first, with that of its events behind it for the others. */
export function pipelineNames(name: string, [, ...others]: Pairs): readonly string[] {
  return [name, ...others.map(({ preset }) => `${name}-${preset?.events?.name}`)];
}
