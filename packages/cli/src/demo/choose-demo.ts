import { ConfigError } from '@sluice/core/adapter';
import type { Preset, PresetDemo } from '@sluice/core/preset';
import type { Argv } from 'yargs';

export interface DemoOfPreset {
  readonly preset: Preset;
  readonly demo: PresetDemo;
}

export function demosOf(presets: readonly Preset[]): readonly DemoOfPreset[] {
  return presets.flatMap((preset) => (preset.demos ?? []).map((demo) => ({ preset, demo })));
}

/** The options that choose a demo. Without any, it is the first one. */
export function demoOptions<T>(argv: Argv<T>, demos: readonly DemoOfPreset[]): Argv<T> {
  const all = demos.map(({ demo: { chosenBy } }) => chosenBy);
  for (const { option, describe, value } of new Map(all.toReversed().map((each) => [each.option, each])).values()) {
    const choices = all.flatMap((each) => (each.option === option ? [each.value] : []));
    argv.option(option, { describe, choices, defaultDescription: value });
  }
  return argv;
}

/** Throws `ConfigError` when there is no demo. */
export function chosenDemo(args: object, demos: readonly DemoOfPreset[]): DemoOfPreset {
  const given = new Map(Object.entries(args));
  const chosen = demos.find(({ demo: { chosenBy } }) => given.get(chosenBy.option) === chosenBy.value) ?? demos[0];
  if (chosen === undefined) throw new ConfigError([], 'there is no demo');
  return chosen;
}
