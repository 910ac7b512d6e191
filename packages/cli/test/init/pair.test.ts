import type { Preset } from '@sluice/core/preset';
import { createSluice } from '@sluice/sluice';
import { expect } from 'chai';
import { choosePair } from '#src/init/pair.js';
import { aPrompter } from './a-prompter.js';

const { adapters } = createSluice();
const [shipped] = adapters.presets;
if (shipped === undefined) throw new Error('no preset ships');
const { sources } = await adapters.all();
const source = (type: string) => ({ ...sources[0], type });
const preset = (type: string): Preset => ({ ...shipped, source: type });

/** Two sources with a preset each for one sink. */
const several = createSluice({
  adapters: [source('shop-one'), source('shop-two')] as never,
  presets: [preset('shop-one'), preset('shop-two')],
}).adapters;

describe('the pair of a new pipeline', () => {
  const wanted = { source: 'shop-one' };

  async function chosen(given: { source?: string; sink?: string }, script?: Parameters<typeof aPrompter>[0]) {
    const { prompter, asked } = aPrompter(script ?? []);
    const pair = await choosePair(given, several, '.', script === undefined ? undefined : prompter);
    return { source: pair.source.type, sink: pair.sink.type, preset: pair.preset?.source, asked };
  }

  it('is asked for where presets differ, and only there', async () => {
    const { source: type, sink, preset: started, asked } = await chosen({}, [[/Which source/, 'shop-two']]);
    expect([type, sink, started, asked]).to.deep.equal(['shop-two', 'posthog', 'shop-two', ['Which source?']]);
    expect((await chosen(wanted, [])).asked).to.deep.equal([]);
  });

  it('is that of the first preset when nobody may be asked', async () => {
    expect(await chosen({})).to.include({ source: shipped.source, sink: shipped.sink });
    expect(await chosen({ sink: 'jsonl' })).to.deep.include({ source: shipped.source, preset: undefined });
    expect(await chosen(wanted)).to.include({ source: 'shop-one', preset: 'shop-one' });
  });
});
