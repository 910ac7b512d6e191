import { ConfigError } from '@sluice/core/adapter';
import type { DemoChoice, Preset, PresetDemo } from '@sluice/core/preset';
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
  for (const [option, choices] of choicesOf(demos)) {
    const [{ describe, value }] = choices;
    argv.option(option, {
      describe,
      choices: [...new Set(choices.map((choice) => choice.value))],
      defaultDescription: value,
    });
  }
  return argv;
}

/** The first demo that has every option that is given. Throws `ConfigError` when there is none. */
export function chosenDemo(args: object, demos: readonly DemoOfPreset[]): DemoOfPreset {
  const options = choicesOf(demos);
  const given = Object.entries(args).filter(([option, value]) => options.has(option) && value !== undefined);
  const chosen = demos.find(({ demo: { chosenBy } }) =>
    given.every(([option, value]) => chosenBy.some((choice) => choice.option === option && choice.value === value)),
  );
  if (chosen !== undefined) return chosen;
  const asked = given.map(([option, value]) => `--${option} ${value}`).join(' ');
  throw new ConfigError([], asked === '' ? 'there is no demo' : `there is no demo with ${asked}`);
}

/** The choices of each option, in the order of the demos. */
function choicesOf(demos: readonly DemoOfPreset[]): ReadonlyMap<string, readonly [DemoChoice, ...DemoChoice[]]> {
  const choices = new Map<string, readonly [DemoChoice, ...DemoChoice[]]>();
  for (const choice of demos.flatMap(({ demo: { chosenBy } }) => chosenBy)) {
    const before = choices.get(choice.option);
    choices.set(choice.option, before === undefined ? [choice] : [...before, choice]);
  }
  return choices;
}
