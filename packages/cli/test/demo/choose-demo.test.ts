import type { Preset, PresetDemo } from '@sluice/core/preset';
import { expect } from 'chai';
import yargs from 'yargs';
import { chosenDemo, demoOptions, type DemoOfPreset } from '#src/demo/choose-demo.js';

function aDemo(value: string, colour = 'red'): DemoOfPreset {
  const demo: PresetDemo = {
    chosenBy: [
      { option: 'edition', describe: 'The edition of the shop', value },
      { option: 'colour', describe: 'The colour', value: colour },
    ],
    load: () => Promise.reject(new Error('not loaded here')),
  };
  const preset: Preset = {
    source: `shop-${value}-${colour}`,
    sink: 'events',
    pipeline: '',
    mapping: { specifier: '', path: '' },
    setup: [],
    example: '',
    demos: [demo],
  };
  return { preset, demo };
}

const DEMOS = [aDemo('one'), aDemo('one', 'blue'), aDemo('two')];

async function chosenWith(...args: readonly string[]): Promise<string> {
  const parser = demoOptions(yargs().exitProcess(false).fail(false), DEMOS);
  return chosenDemo(await parser.parseAsync([...args]), DEMOS).preset.source;
}

describe('the demo that is shown', () => {
  it('is the first one that has the given options', async () => {
    expect(await chosenWith()).to.equal('shop-one-red');
    expect(await chosenWith('--edition', 'two')).to.equal('shop-two-red');
    expect(await chosenWith('--colour', 'blue')).to.equal('shop-one-blue');
    expect(await chosenWith('--edition', 'one', '--colour', 'blue')).to.equal('shop-one-blue');
  });

  it('is one that there is', async () => {
    const failure = await chosenWith('--edition', 'three').catch((error: unknown) => error);
    expect(String(failure)).to.contain('Choices: "one", "two"');
    expect(() => chosenDemo({}, [])).to.throw('there is no demo');
    const both = await chosenWith('--edition', 'two', '--colour', 'blue').catch((error: unknown) => error);
    expect(String(both)).to.contain('there is no demo with --edition two --colour blue');
  });
});
