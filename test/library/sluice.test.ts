import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { segmentSink } from '@sluice/segment-sink';
import { ConfigError, createSluice } from '@sluice/sluice';
import { recordingLogger } from '@sluice/testkit';
import { expect } from 'chai';
import { aLibraryPipeline } from './a-library-pipeline.js';

function aSluice(name = 'orders') {
  const parts = aLibraryPipeline(name);
  return { ...parts, sluice: createSluice({ adapters: parts.adapters, logger: recordingLogger(), environment: {} }) };
}

async function problemsOf(loading: Promise<unknown>): Promise<readonly string[]> {
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, got ${String(error)}`);
  return error.problems.map(({ code, file, line }) => `${code} ${file} ${line}`);
}

describe('a pipeline from an object', () => {
  it('is run, previewed, verified, checked and shown', async () => {
    const { sluice, pipeline: object, accepted } = aSluice();
    const pipeline = await sluice.load(object);
    const { requests } = await pipeline.preview({ limit: 2 });
    expect(requests.map(({ body }) => body)).to.have.length(1);
    expect(accepted()).to.deep.equal([]);
    expect((await pipeline.run()).outcome).to.equal('done');
    expect(accepted()).to.have.length(3);
    expect((await pipeline.verify()).streams[0]).to.include({ delivered: 3, sourceRecords: 3 });
    expect((await pipeline.status()).status.health).to.equal('healthy');
    expect((await pipeline.state.overview()).binding?.start).to.equal('beginning');
    expect((await pipeline.check()).map(({ part }) => part)).to.include.members(['source orders', 'sink memory']);
  });

  it('is exported again by a backfill, with the attribution in the history', async () => {
    const { sluice, pipeline: object, accepted } = aSluice();
    const pipeline = await sluice.load(object);
    await pipeline.run();
    const range = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 0, 2) };
    expect((await pipeline.planBackfill(range)).streams).to.have.length(1);
    expect(accepted()).to.have.length(3);
    const result = await pipeline.backfill({ ...range, parallel: 1, attribution: { by: 'a program', why: 'a test' } });
    expect(result.outcome).to.equal('done');
    expect(accepted()).to.have.length(6);
    expect((await pipeline.state.history())[0]).to.include({ what: 'backfill', by: 'a program', why: 'a test' });
  });

  it('is rewound to the start and exported again', async () => {
    const { sluice, pipeline: object, accepted } = aSluice();
    const pipeline = await sluice.load(object);
    await pipeline.run();
    await pipeline.state.rewind(await pipeline.state.planRewind({ to: 'start' }), { by: 'a program' });
    await pipeline.run();
    expect(accepted()).to.have.length(6);
  });

  it('names the option of every problem in place of a line', async () => {
    const { sluice, pipeline } = aSluice();
    const wrong = { ...pipeline, source: { use: 'orders', with: { tokn: 'x' } }, sink: { use: 'memroy' }, settle: 5 };
    expect(await problemsOf(sluice.load(wrong))).to.have.members([
      'missing-key source.with 0',
      'unknown-key source.with.tokn 0',
      'unknown-type sink.use 0',
      'missing-key mapping 0',
      'invalid-option settle 0',
    ]);
  });

  it('names an entry of a list by its index', async () => {
    const { sluice, pipeline } = aSluice();
    const event = { event: 'order', from: 'order', uuid: "uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)" };
    const mapping = { events: [event, { ...event, event: 'paid', order: 'idd' }] };
    expect(await problemsOf(sluice.load({ ...pipeline, mapping }))).to.deep.equal([
      'unknown-field mapping.events[1].order 0',
    ]);
  });

  it('must be JSON', async () => {
    const { sluice, pipeline } = aSluice();
    const circle: Record<string, unknown> = { ...pipeline };
    circle['self'] = circle;
    for (const [object, said] of [
      [circle, 'cannot be written as JSON: Converting circular structure to JSON'],
      [{ ...pipeline, sluice: 1n }, 'cannot be written as JSON: Do not know how to serialize a BigInt'],
      [undefined, 'no pipeline was given'],
    ] as const) {
      // @ts-expect-error -- a program without types can pass what is neither a path nor an object
      const error: unknown = await sluice.load(object).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(ConfigError);
      expect(String(error)).to.include(said);
    }
  });

  it('may contain a secret as it is, which is then masked', async () => {
    const { sluice, pipeline } = aSluice();
    const { warnings } = await sluice.load(pipeline);
    expect(warnings).to.deep.equal([]);
    expect(sluice.redactor.redact('it is token-of-orders')).to.equal('it is [redacted]');
  });

  it('takes variables from the given environment alone', async () => {
    const { adapters, pipeline } = aLibraryPipeline('orders');
    const object = { ...pipeline, source: { use: 'orders', with: { token: '${TOKEN}' } } };
    const load = (environment: Record<string, string>) =>
      createSluice({ adapters, logger: recordingLogger(), environment }).load(object);
    expect(await problemsOf(load({}))).to.deep.equal(['missing-variable source.with.token 0']);
    expect((await load({ TOKEN: 'from-outside' })).name).to.equal('orders');
  });
});

describe('a pipeline from a file', () => {
  it('throws every problem with its place, and lint returns the same', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-library-'));
    try {
      const file = join(directory, 'p.yaml');
      writeFileSync(
        file,
        'sluice: 1\npipeline: P\nsource: { use: orders, with: { token: "${T}" } }\nsink: { use: nope }\n',
      );
      const { sluice } = aSluice();
      const found = await sluice.lint(file);
      expect(found.map(({ code, line }) => `${code} ${line}`)).to.include.members([
        'invalid-option 2',
        'missing-variable 3',
        'unknown-type 4',
      ]);
      expect(await problemsOf(sluice.load(file))).to.deep.equal(
        found.map(({ code, line }) => `${code} ${file} ${line}`),
      );
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe('an adapter with the options of a program', () => {
  it('says what is wrong with them as it does of a file', async () => {
    const { sluice } = aSluice();
    const { results } = await sluice.checkAdapter(segmentSink, { writeKey: 7, gzip: 'yes', hots: 'eu' });
    expect(results).to.deep.equal([
      {
        name: 'options',
        outcome: 'bad',
        message: 'writeKey: must be a text; gzip: must be true or false; unknown option hots',
        fix: 'correct the option',
      },
    ]);
  });
});

describe('the logger of a program', () => {
  it('gets what JSON cannot hold as text, and the causes of an error, without secrets', async () => {
    const logger = recordingLogger();
    const { adapters, pipeline } = aLibraryPipeline('orders');
    const sluice = createSluice({ adapters, logger, environment: {} });
    await sluice.load(pipeline);
    const answer: Record<string, unknown> = { token: 'token-of-orders' };
    answer['request'] = { answer };
    const cause = new Error('refused token-of-orders');
    sluice.logger.warn({ size: 1n, answer, err: new Error('no answer', { cause }) }, 'asking again');
    const { fields } = logger.lines.at(-1) ?? {};
    expect(fields).to.nested.include({ size: '1n', 'err.message': 'no answer' });
    const text = JSON.stringify(fields);
    expect(text).to.contain('[Circular').and.contain('refused [redacted]').and.not.contain('token-of');
  });
});

describe('two Sluice instances in one process', () => {
  it('know nothing of each other’s adapters and secrets', async () => {
    const [one, other] = [aSluice('one'), createSluice({ logger: recordingLogger(), environment: {} })];
    await one.sluice.load(one.pipeline);
    expect(one.sluice.redactor.redact('token-of-one')).to.equal('[redacted]');
    expect(other.redactor.redact('token-of-one')).to.equal('token-of-one');
    expect(await problemsOf(other.load(one.pipeline))).to.include('unknown-type source.use 0');
  });

  it('each refuse two adapters of one type', () => {
    const { adapters } = aLibraryPipeline('orders');
    expect(() => createSluice({ adapters: [...adapters, ...adapters] })).to.throw(ConfigError, 'orders');
  });
});

describe('a pipeline with several sinks', () => {
  function several() {
    const { pipeline, ...parts } = aSluice();
    const { sink: _, ...rest } = { sink: undefined, ...pipeline };
    return { ...parts, pipeline: { ...rest, sinks: { shop: { use: 'memory' }, archive: { use: 'memory' } } } };
  }

  it('is loaded as branches, which read once when they run at the same time', async () => {
    const { sluice, pipeline, accepted, reads } = several();
    const branches = await sluice.loadBranches(pipeline);
    expect(branches.map(({ name, sinkName }) => [name, sinkName])).to.deep.equal([
      ['orders.shop', 'shop'],
      ['orders.archive', 'archive'],
    ]);
    const results = await Promise.all(branches.map(async (branch) => branch.run()));
    expect(results.map(({ outcome, report }) => `${report.pipeline} ${outcome}`)).to.deep.equal([
      'orders.shop done',
      'orders.archive done',
    ]);
    expect(accepted()).to.have.length(6);
    expect(reads()).to.equal(1);
  });

  it('needs to be told which one is meant', async () => {
    const { sluice, pipeline } = several();
    const refused = await sluice.load(pipeline).catch((error: unknown) => String(error));
    expect(refused).to.include('several sinks (shop, archive): name one of them as `sink`');
    expect((await sluice.load(pipeline, { sink: 'archive' })).name).to.equal('orders.archive');
    const unknown = await sluice.load(pipeline, { sink: 'archiv' }).catch((error: unknown) => String(error));
    expect(unknown).to.include('unknown sink `archiv`; did you mean `archive`?');
  });

  it('is served with the readiness and the metrics of each branch', async () => {
    const logger = recordingLogger();
    const { pipeline } = several();
    const { adapters, accepted, reads } = aLibraryPipeline('orders');
    const sluice = createSluice({ adapters, logger, environment: {} });
    const stop = new AbortController();
    const listen = { host: '127.0.0.1', port: 0 };
    const served = sluice.start(await sluice.loadBranches(pipeline), { signal: stop.signal, listen });
    const ended = () => logger.lines.filter(({ message }) => message === 'the run is done');
    while (ended().length < 2) await new Promise((resolve) => setImmediate(resolve));
    const { fields } = logger.lines.find(({ message }) => message.startsWith('serving')) ?? {};
    const url = fields !== undefined && 'url' in fields ? String(fields.url) : '';
    expect(await (await fetch(`${url}/readyz`)).json()).to.have.nested.property('pipelines.orders\\.archive');
    expect(await (await fetch(`${url}/metrics`)).text()).to.include('sluice_pipeline_ready{pipeline="orders.shop"} 1');
    stop.abort(new Error('enough'));
    await served;
    expect(ended().map(({ fields: { pipeline: name } }: { fields: { pipeline?: unknown } }) => name)).to.have.members([
      'orders.shop',
      'orders.archive',
    ]);
    expect(accepted()).to.have.length(6);
    expect(reads()).to.equal(1);
  });
});

describe('the service of a program', () => {
  it('runs every pipeline until it is stopped, and touches neither process nor signals', async () => {
    const [one, two] = [aLibraryPipeline('one'), aLibraryPipeline('two')];
    const sluices = [one, two].map(({ adapters }) => createSluice({ adapters, logger: recordingLogger() }));
    const listeners = process.listenerCount('SIGTERM');
    const stop = new AbortController();
    const served = [one, two].map(async ({ pipeline }, index) => {
      const sluice = sluices[index];
      if (!sluice) throw new Error('no instance');
      return sluice.start([await sluice.load(pipeline)], { signal: stop.signal });
    });
    while (one.accepted().length < 3 || two.accepted().length < 3)
      await new Promise((resolve) => setImmediate(resolve));
    expect(process.listenerCount('SIGTERM')).to.equal(listeners);
    stop.abort(new Error('enough'));
    for (const { bugs } of await Promise.all(served)) expect([...bugs]).to.deep.equal([]);
  });

  it('refuses two pipelines of one name', async () => {
    const { sluice, pipeline } = aSluice();
    const twins = [await sluice.load(pipeline), await sluice.load(pipeline)];
    const refusal = await sluice.start(twins, { signal: AbortSignal.abort() }).catch((error: unknown) => String(error));
    expect(refusal).to.contain('duplicate pipeline name "orders"');
  });
});
