import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSluice } from '@sluice/sluice';
import { expect } from 'chai';
import { askName } from '#src/init/ask-pipeline.js';
import { choosePair } from '#src/init/pair.js';
import { PromptsEnded } from '#src/init/prompter.js';
import { aPrompter } from './a-prompter.js';

describe('the name of a new pipeline', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-name-'));
    writeFileSync(join(directory, 'taken.yaml'), '');
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  async function named(script: readonly [RegExp, string | boolean][], given?: string, force = false) {
    const { prompter, said } = aPrompter(script);
    const pair = await choosePair({ sink: 'jsonl' }, createSluice().adapters, directory, prompter);
    const name = askName({ given, directory, force }, [pair], prompter);
    return { name: await name.catch((error: unknown) => error), said };
  }

  it('is that of the pair by default', async () => {
    expect(await named([])).to.deep.equal({ name: 'langfuse-postgres-to-jsonl', said: [] });
  });

  it('is asked for again when its file exists', async () => {
    const { name } = await named([[/^Name/, 'taken']]);
    expect(String(name)).to.match(/expected another name: .*taken\.yaml would be overwritten$/);
  });

  it('is refused with its file when a flag gives it', async () => {
    const { name } = await named([], 'taken');
    expect(String(name)).to.match(/taken\.yaml would be overwritten; pass another --name, or --force/);
  });

  it('may be one that exists once a person agrees to write over its file', async () => {
    expect((await named([[/^Overwrite .*taken\.yaml\?$/, true]], 'taken', true)).name).to.equal('taken');
    const { name, said } = await named([], 'taken', true);
    expect(name).to.be.instanceOf(PromptsEnded);
    expect(said).to.deep.equal(['nothing was written']);
  });
});
