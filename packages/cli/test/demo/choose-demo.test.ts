import type { Preset, PresetDemo } from '@sluice/core/preset';
import { expect } from 'chai';
import yargs from 'yargs';
import { chosenDemo, demoOptions, type DemoOfPreset } from '#src/demo/choose-demo.js';

function aDemo(value: string): DemoOfPreset {
  const demo: PresetDemo = {
    chosenBy: { option: 'edition', describe: 'The edition of the shop', value },
    load: () => Promise.reject(new Error('not loaded here')),
  };
  const preset: Preset = {
    source: `shop-${value}`,
    sink: 'events',
    pipeline: '',
    mapping: { specifier: '', path: '' },
    setup: [],
    example: '',
    demos: [demo],
  };
  return { preset, demo };
}

const DEMOS = [aDemo('one'), aDemo('two')];

async function chosenWith(...args: readonly string[]): Promise<string> {
  const parser = demoOptions(yargs().exitProcess(false).fail(false), DEMOS);
  return chosenDemo(await parser.parseAsync([...args]), DEMOS).preset.source;
}

describe('the demo that is shown', () => {
  it('is the first one, or that of the option', async () => {
    expect(await chosenWith()).to.equal('shop-one');
    expect(await chosenWith('--edition', 'two')).to.equal('shop-two');
  });

  it('is one that there is', async () => {
    const failure = await chosenWith('--edition', 'three').catch((error: unknown) => error);
    expect(String(failure)).to.contain('Choices: "one", "two"');
    expect(() => chosenDemo({}, [])).to.throw('there is no demo');
  });
});
