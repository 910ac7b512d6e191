import { expect } from 'chai';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aLangfuseWorld, PROJECT_KEY, type Finished, type LangfuseWorld } from './langfuse-world.js';

describe('sluice init', function () {
  this.timeout(60_000);
  let world: LangfuseWorld;
  before(async () => {
    world = await aLangfuseWorld({ traces: 20 });
  });
  after(() => world.end());

  const read = (path: string) => readFileSync(join(world.directory, path), 'utf8');
  const filesBelow = (path: string) =>
    readdirSync(join(world.directory, path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(world.directory, path).length + 1))
      .toSorted();

  /** The commands that `init` ends with, as one would paste them. */
  function commandsIn({ out }: Finished): readonly string[] {
    const [, rest = ''] = out.split('Next:\n\n');
    return rest.split('\n').flatMap((line) => line.trim() || []);
  }

  it('writes files that lint clean, and ends with commands that check, preview and run them', async () => {
    const written = await world.sluice(['init', '--yes']);
    expect(written.code, written.err).to.equal(0);
    expect(written.out).to.contain(
      'Written: langfuse-to-posthog.yaml, mappings/langfuse-to-posthog.yaml, .env.example',
    );
    expect(written.err).to.contain('✓ database reachable').and.to.contain('✓ project key');

    const lint = await world.sluice([
      'lint',
      'langfuse-to-posthog.yaml',
      'mappings/langfuse-to-posthog.yaml',
      '--json',
    ]);
    expect(lint).to.deep.include({ code: 0, out: '[]\n' });

    const commands = commandsIn(written);
    expect(commands).to.deep.equal([
      'sluice check langfuse-to-posthog.yaml',
      'sluice preview langfuse-to-posthog.yaml',
      'sluice run langfuse-to-posthog.yaml',
    ]);
    for (const command of commands) {
      const { code, err } = await world.sluice(command.split(' ').slice(1));
      expect(code, `${command}\n${err}`).to.equal(0);
    }
    const [{ traces } = { traces: 0 }] = await world.query<{ traces: number }>(
      'SELECT count(*)::int AS traces FROM traces',
    );
    expect(world.receiver.distinct().filter(({ event }) => event === 'langfuse trace')).to.have.length(traces);
  });

  it('shows in a comment how a property is added, which lints clean once it is uncommented', async () => {
    const mapping = 'mappings/langfuse-to-posthog.yaml';
    const shown = read(mapping);
    expect(shown).to.match(/^# events:$/m);
    writeFileSync(join(world.directory, mapping), shown.replaceAll(/^# (events:| {2})/gm, '$1'));
    const lint = await world.sluice(['lint', mapping, '--json']);
    expect(lint).to.deep.include({ code: 0, out: '[]\n' });
    const preview = await world.sluice(['preview', 'langfuse-to-posthog.yaml', '--stream', 'trace', '--limit', '1']);
    expect(preview.out).to.contain('"team": "search"');
  });

  it('overwrites nothing without --force', async () => {
    const before = read('langfuse-to-posthog.yaml');
    const refused = await world.sluice(['init', '--yes', '--start', 'now']);
    expect(refused.code).to.equal(2);
    expect(refused.err).to.contain('langfuse-to-posthog.yaml would be overwritten').and.to.contain('--force');
    expect(read('langfuse-to-posthog.yaml')).to.equal(before);
    expect((await world.sluice(['init', '--yes', '--start', 'now', '--force'])).code).to.equal(0);
    expect(read('langfuse-to-posthog.yaml')).to.match(/^start: now /m);
  });

  it('writes a second pipeline beside the first, with a state of its own', async () => {
    expect(await world.sluice(['init', '--yes', '--no-check', '--name', 'second'])).to.include({ code: 0 });
    const states = () => readdirSync(join(world.directory, '.sluice'));
    const before = states();
    const { code, err } = await world.sluice(['run', 'second.yaml']);
    expect(code, err).to.equal(0);
    expect(states())
      .to.have.length(before.length + 1)
      .and.to.include.members(before);
  });

  it('takes every answer from flags, and names the missing variables', async () => {
    const flags = [
      ['--name', 'eu-export'],
      ['--set', 'source.url=${READER_URL}'],
      ['--set', 'sink.apiKey=${PH_KEY}'],
      ['--set', 'sink.host=eu'],
      ['--set', 'params.langfuseUrl=lf.example.com'],
      ['--set', 'source.projects=one, two'],
      ['--start', '2026-01-31'],
    ];
    const written = await world.sluice(['init', 'elsewhere', '--yes', ...flags.flat()]);
    expect(written.code, written.err).to.equal(0);
    expect(filesBelow('elsewhere')).to.deep.equal([
      '.env.example',
      '.gitignore',
      'eu-export.yaml',
      'mappings/eu-export.yaml',
      'schema/langfuse-postgres-to-posthog.mapping.json',
      'schema/langfuse-postgres-to-posthog.pipeline.json',
    ]);
    const pipeline = read('elsewhere/eu-export.yaml');
    for (const line of [
      'url: ${READER_URL}',
      'projects:\n      - one\n      - two\n',
      'host: ${POSTHOG_HOST:-https://eu.i.posthog.com}',
      'apiKey: ${PH_KEY}',
      'langfuseUrl: ${LANGFUSE_URL:-https://lf.example.com}',
      'start: 2026-01-31',
    ]) {
      expect(pipeline).to.contain(line);
    }
    expect(commandsIn(written)).to.deep.equal([
      'install -m 600 elsewhere/.env.example elsewhere/.env',
      '${EDITOR:-vi} elsewhere/.env # fill in READER_URL, PH_KEY',
      'sluice check elsewhere/eu-export.yaml --env-file elsewhere/.env',
      'sluice preview elsewhere/eu-export.yaml --env-file elsewhere/.env',
      'sluice run elsewhere/eu-export.yaml --env-file elsewhere/.env',
    ]);
  });

  it('checks connections with the variables of --env-file, and writes no secret', async () => {
    mkdirSync(join(world.directory, 'kept'));
    writeFileSync(
      join(world.directory, 'kept', 'variables'),
      `LANGFUSE_DATABASE_URL=${world.databaseUrl}\nPOSTHOG_API_KEY=${PROJECT_KEY}\nLANGFUSE_URL=https://l.example.com\n`,
    );
    const written = await world.sluice(['init', 'kept', '--yes', '--env-file', 'kept/variables'], {
      environment: { LANGFUSE_DATABASE_URL: undefined, POSTHOG_API_KEY: undefined, LANGFUSE_URL: undefined },
    });
    expect(written.code, written.err).to.equal(0);
    expect(written.err).to.contain('✓ database reachable').and.to.contain('✓ project key');
    expect(commandsIn(written)[0]).to.equal('sluice check kept/langfuse-to-posthog.yaml --env-file kept/variables');
    const { password } = new URL(world.databaseUrl);
    for (const file of filesBelow('kept').filter((name) => name !== 'variables')) {
      expect(read(join('kept', file)))
        .not.to.contain(PROJECT_KEY)
        .and.not.to.contain(password);
    }
  });

  it('writes the files even when a connection fails, and reports the failure', async () => {
    const written = await world.sluice(['init', 'down', '--yes'], {
      environment: { LANGFUSE_DATABASE_URL: 'postgres://reader:nobodysword@127.0.0.1:1/x' },
    });
    expect(written.code).to.equal(0);
    expect(written.err).to.contain('✗ database reachable');
    const untried = await world.sluice(['init', 'untried', '--yes', '--no-check']);
    expect(untried).to.include({ code: 0, err: '' });
  });

  const mistakes: readonly [flag: string, value: string, word: string][] = [
    ['--name', 'My Export', 'lower-case'],
    ['--set', 'sink.host=ftp://x', 'address'],
    ['--set', 'sink.host=de', 'neither us nor eu nor an address'],
    ['--set', 'params.langfuseUrl=eu', 'expected an address such as https://langfuse.example.com'],
    ['--start', '2026-02-31', 'expected beginning'],
    ['--start', 'yesterday', 'expected beginning'],
    ['--set', 'source.url=postgres://u:p@h/d', 'variable'],
    ['--set', 'source.projects=,', 'ids separated by commas'],
    ['--set', 'sink.hots=eu', 'did you mean `sink.host`?'],
    ['--sink', 'posthogg', 'unknown sink "posthogg"'],
  ];
  for (const [flag, value, word] of mistakes) {
    it(`refuses ${flag} ${value}, and writes nothing`, async () => {
      const { code, err } = await world.sluice(['init', 'wrong', '--yes', '--no-check', flag, value]);
      expect(code).to.equal(2);
      expect(err).to.contain(word);
      expect(readdirSync(world.directory)).not.to.include('wrong');
    });
  }

  it('writes a starting mapping for a pair without a preset', async () => {
    const written = await world.sluice([
      'init',
      'plain',
      '--yes',
      '--sink',
      'jsonl',
      '--set',
      'sink.path=events.jsonl',
    ]);
    expect(written.code, written.err).to.equal(0);
    const file = 'plain/langfuse-postgres-to-jsonl.yaml';
    const lint = await world.sluice(['lint', file, 'plain/mappings/langfuse-postgres-to-jsonl.yaml', '--json']);
    expect(lint).to.deep.include({ code: 0, out: '[]\n' });
    for (const command of commandsIn(written)) {
      const { code, err } = await world.sluice(command.split(' ').slice(1));
      expect(code, `${command}\n${err}`).to.equal(0);
    }
    const events = read('plain/events.jsonl').trim().split('\n');
    const [{ records } = { records: 0 }] = await world.query<{ records: number }>(
      `SELECT ((SELECT count(*) FROM traces) + (SELECT count(*) FROM scores)
        + (SELECT count(*) FROM observations WHERE type = 'GENERATION'))::int AS records`,
    );
    expect(events).to.have.length(records);
  });

  it('refuses to ask without a terminal', async () => {
    const { code, err } = await world.sluice(['init', 'silent']);
    expect(code).to.equal(2);
    expect(err).to.contain('--yes');
  });
});
