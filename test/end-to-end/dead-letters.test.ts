import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { sharedCommand } from '../command/shared-command.js';
import { aLangfuseWorld, shipped, type LangfuseWorld } from './langfuse-world.js';
import { VISITS_SCHEMA } from './visits.js';

const PIPELINE = shipped('langfuse-to-posthog.yaml');

interface ShownLetter {
  readonly id: string;
  readonly stream: string;
  readonly key: string;
  readonly reason: string;
  readonly detail: string;
  readonly attempts: number;
  readonly record: { readonly id: string };
  readonly event: { readonly event: string; readonly uuid: string };
}

describe('sluice dead-letters', function () {
  this.timeout(60_000);
  let world: LangfuseWorld;
  let poisoned: string | undefined;
  let isMended = false;

  async function letters(...selection: readonly string[]): Promise<readonly ShownLetter[]> {
    const { out } = await world.sluice(['dead-letters', 'list', PIPELINE, '--json', ...selection]);
    return JSON.parse(out) as ShownLetter[];
  }

  before(async () => {
    world = await aLangfuseWorld({
      receiver: {
        isPoison: ({ event, uuid }) => {
          if (event !== 'langfuse score') return false;
          poisoned ??= uuid;
          return uuid === poisoned && !isMended;
        },
      },
    });
    expect((await world.sluice(['run', PIPELINE])).code).to.equal(3);
  });

  after(() => world.end());

  it('lists and shows record, event, reason and answer', async () => {
    const [letter, ...others] = await letters();
    expect(others).to.deep.equal([]);
    expect(letter).to.deep.include({ stream: 'score', reason: 'invalid-event', attempts: 1 });
    expect(letter?.detail).to.include('invalid event could not be processed');
    expect(letter?.record.id).to.equal(letter?.key);
    expect(letter?.event).to.deep.include({ event: 'langfuse score', uuid: poisoned });

    const { out } = await world.sluice(['dead-letters', 'list', PIPELINE]);
    expect(out)
      .to.match(/^id +stream +key +reason/u)
      .and.to.contain(letter?.key);
    const { out: shown } = await world.sluice(['dead-letters', 'show', PIPELINE, letter?.id ?? '']);
    expect(shown).to.contain('record, as the mapping read it').and.to.contain(poisoned);
  });

  it('makes status exit with 3', async () => {
    const { code, out } = await world.sluice(['status', PIPELINE]);
    expect(code).to.equal(3);
    expect(out).to.contain('1 dead letter open');
  });

  it('selects by stream, reason and key', async () => {
    expect(await letters('--stream', 'trace')).to.deep.equal([]);
    expect(await letters('--stream', 'score', '--reason', 'invalid-event')).to.have.lengthOf(1);
  });

  it('refuses an unknown stream, and says that none matches', async () => {
    const unknown = await world.sluice(['dead-letters', 'discard', PIPELINE, '--yes', '--stream', 'scores']);
    expect(unknown).to.include({ code: 2, err: 'sluice: unknown stream `scores`; did you mean `score`?\n' });
    const other = await world.sluice(['dead-letters', 'list', PIPELINE, '--stream', 'trace']);
    expect(other).to.include({ code: 0, out: 'no open dead letter matches\n' });
  });

  it('requires a selection for replay and discard, and a confirmation', async () => {
    for (const action of ['replay', 'discard']) {
      const { code, err } = await world.sluice(['dead-letters', action, PIPELINE]);
      expect(code).to.equal(2);
      expect(err).to.contain('--all');
    }
    const { code, err } = await world.sluice(['dead-letters', 'discard', PIPELINE, '--all']);
    expect(code).to.equal(2);
    expect(err).to.contain('--yes');
    const unknown = await world.sluice(['dead-letters', 'show', PIPELINE, '99-1']);
    expect(unknown.code).to.equal(2);
    expect(unknown.err).to.contain('no matching open dead letter 99-1');
  });

  it('keeps a letter that fails again, counts the attempt and exits with 3', async () => {
    const { code, out } = await world.sluice(['dead-letters', 'replay', PIPELINE, '--all', '--json']);
    expect(code).to.equal(3);
    expect(JSON.parse(out)).to.deep.include({ closed: 0, failedAgain: 1, left: [] });
    expect((await letters()).map(({ attempts }) => attempts)).to.deep.equal([2]);
  });

  it('closes a letter whose record is delivered, once', async () => {
    isMended = true;
    const { code, out } = await world.sluice(['dead-letters', 'replay', PIPELINE, '--reason', 'invalid-event']);
    expect(code).to.equal(0);
    expect(out).to.contain('1 dead letter closed');
    expect(await letters()).to.deep.equal([]);
    expect(world.receiver.received().filter(({ uuid }) => uuid === poisoned)).to.have.lengthOf(1);
    const again = await world.sluice(['dead-letters', 'replay', PIPELINE, '--all']);
    expect(again.out).to.contain('no open dead letters');
  });
});

describe('dead letters without personal data', function () {
  this.timeout(60_000);

  it('omit the event and the personal fields of the record', async () => {
    let poisoned: string | undefined;
    const world = await aLangfuseWorld({
      receiver: {
        isPoison: ({ event, uuid }) => {
          if (event === 'langfuse trace') poisoned ??= uuid;
          return uuid === poisoned && event === 'langfuse trace';
        },
      },
    });
    try {
      const file = world.pipelineFile((text) => `${text}\ndeadLetters: { personalData: omit }\n`);
      expect((await world.sluice(['run', file])).code).to.equal(3);
      const { out } = await world.sluice(['dead-letters', 'list', file, '--json']);
      const [letter] = JSON.parse(out) as ShownLetter[];
      expect(letter).to.not.have.property('event');
      expect(letter?.record).to.have.property('project_id');
      expect(letter?.record).to.not.have.any.keys('user_id', 'trace.user_id');
    } finally {
      await world.end();
    }
  });

  it('omit a field that the mapping makes a pseudonym of, whatever the source says of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-pseudonym-'));
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write('visits.jsonl', '{"id":"no uuid","at":"2026-01-01T00:00:00Z","email":"ada@example.com"}\n');
    write('visits.schema.yaml', VISITS_SCHEMA.replace('at: {', 'email: { type: text }, at: {'));
    write(
      'p.yaml',
      `sluice: 1
pipeline: visits
source: { use: jsonl, with: { files: visits.jsonl, schema: visits.schema.yaml } }
sink: { use: jsonl, with: { path: events.jsonl } }
params: { salt: '\${SALT}' }
mapping:
  source: visits.schema.yaml
  sink: jsonl
  params: { salt: { type: secret } }
  events:
    - { event: visit, from: visit, uuid: id, time: at, properties: { who: 'pseudonym(email, salt)' } }
`,
    );
    const environment = { PATH: process.env['PATH'] ?? '', SALT: 'a salt that is long enough' };
    const sluice = (...args: string[]) => sharedCommand.run({ args, cwd: folder, environment });
    try {
      expect((await sluice('run', 'p.yaml')).code).to.equal(3);
      const { out } = await sluice('dead-letters', 'list', 'p.yaml', '--json');
      expect(out).to.not.contain('ada@example.com');
      const [letter] = JSON.parse(out) as ShownLetter[];
      expect(letter?.record).to.have.all.keys('id', 'at');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
