import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { RefusedError, TransientError, type JsonValue } from '@sluice/core/adapter';
import type { EventDescription, MappedEvent } from '@sluice/core/sink';
import { TextOutput } from '@sluice/core/text';
import { folderError } from '#src/folder-error.js';
import { objectStorageSink } from '@sluice/object-storage-sink';
import { aUuid, describeSink, eventText, someEvents } from '@sluice/testkit';
import { expect } from 'chai';
import { aSink, encoded, NOON, send, WINDOW } from './a-sink.js';
import { Duck } from './duck.js';

/** The paths of all files below a folder, sorted. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted();
}

async function uuidsIn(folder: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const file of await filesIn(folder).catch(() => [])) {
    if (!file.endsWith('.ndjson.gz')) continue;
    lines.push(
      ...gunzipSync(await readFile(join(folder, file)))
        .toString()
        .split('\n')
        .slice(0, -1),
    );
  }
  return lines.map((line) => String(Object(JSON.parse(line)).uuid));
}

/** What the conformance suite sends: its text path must find the same date as the other. */
const SUITE: readonly EventDescription[] = [
  { event: 'trace finished', fields: { timestamp: { type: 'timestamp', nullable: false } } },
];

describeSink({
  name: 'object storage sink (NDJSON in a folder)',
  create: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-files-'));
    return {
      sink: aSink({ path: directory, format: 'ndjson' }, { events: SUITE }),
      events: someEvents,
      receivedUuids: () => uuidsIn(directory),
      secrets: [],
      destination: 'local',
      dispose: () => rm(directory, { recursive: true }),
    };
  },
});

describe('object storage sink (Parquet in a folder)', () => {
  let duck: Duck;
  before(async () => {
    duck = await Duck.open();
  });
  after(() => duck.close());

  describeSink({
    name: 'it',
    create: async () => {
      const directory = await mkdtemp(join(tmpdir(), 'sluice-files-'));
      return {
        sink: aSink({ path: directory }),
        events: someEvents,
        receivedUuids: async () => {
          if (!(await filesIn(directory)).some((file) => file.endsWith('.parquet'))) return [];
          const rows = await duck.rows(`select uuid from read_parquet('${directory}/test/dt=*/*.parquet')`);
          return rows.map(({ uuid }) => String(uuid));
        },
        secrets: [],
        destination: 'local',
        dispose: () => rm(directory, { recursive: true }),
      };
    },
  });
});

describe('object storage sink', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-files-'));
  });

  afterEach(() => rm(directory, { recursive: true }));

  function at(number: number, time: string | null): MappedEvent {
    return { event: 'purchase', uuid: aUuid(number), time, properties: { note: `n${number}` } };
  }

  it('makes one file for each UTC date of the events, and a manifest of it', async () => {
    const sink = aSink({ path: directory, prefix: 'a/b', format: 'ndjson' });
    await sink.open();
    await send(sink, [
      at(1, '2026-01-01T23:59:59.999Z'),
      at(2, '2026-01-02T00:00:00.000Z'),
      at(3, null),
      at(4, '+010000-01-01T00:00:00.000Z'),
      at(5, '2026-01-01T00:00:00.000Z'),
    ]);
    const files = await filesIn(join(directory, 'a/b'));
    const window = 'shop-order-20260103T110000000Z-20260103T120000000Z';
    const pattern = (date: string) => new RegExp(`^dt=${date}/${window}-[0-9a-f-]{36}\\.ndjson\\.gz$`, 'u');
    expect(files.filter((file) => file.startsWith('dt='))).to.have.lengthOf(3);
    expect(files.at(-3)).to.match(pattern('2026-01-01'));
    expect(files.at(-2)).to.match(pattern('2026-01-02'));
    expect(files.at(-1)).to.match(pattern('__HIVE_DEFAULT_PARTITION__'));
    expect(files.slice(0, 3)).to.deep.equal(files.slice(3).map((file) => `_manifest/${file}.json`));
    const manifest: JsonValue = JSON.parse(await readFile(join(directory, 'a/b', files[0] ?? ''), 'utf8'));
    expect(manifest).to.deep.include({
      object: files.at(-3),
      events: 2,
      eventsByName: { purchase: 2 },
      pipeline: 'shop',
      stream: 'order',
      window: { axis: 'change', from: '2026-01-03T11:00:00.000Z', until: '2026-01-03T12:00:00.000Z' },
      exportedAt: '2026-01-03T12:00:00.000Z',
      writer: 'sluice/0.1.0',
    });
  });

  it('names a file by its pipeline, stream, window and events, whatever is in them', () => {
    const sink = aSink({ path: directory });
    const [one, other] = [at(1, '2026-01-01T00:00:00.000Z'), at(2, '2026-01-01T00:00:00.000Z')];
    const name = (events: readonly MappedEvent[], context = {}) =>
      sink.describe(sink.assemble(encoded(sink, events), { ...WINDOW, ...context }).requests[0]!).target;
    expect(name([one])).to.equal(
      name([{ ...one, properties: { note: 'changed' } }], { now: NOON + 1, backfill: true }),
    );
    const names = [
      name([one]),
      name([other]),
      name([one, other]),
      name([{ ...one, event: 'refund' }]),
      name([one], { pipeline: 'market' }),
      name([one], { stream: 'order item' }),
      name([one], { stream: 'order/item' }),
      name([one], { window: { axis: 'change', from: 0, until: 1 } }),
      name([one], { window: undefined }),
    ];
    expect(new Set(names)).to.have.lengthOf(names.length);
    for (const each of names) expect(each.slice(directory.length)).to.match(/^[\w./=-]+$/u);
  });

  it('gives every file a later time than the one before', async () => {
    const sink = aSink({ path: directory, format: 'ndjson' });
    const times = [1, 1, 0].map((now) => {
      const [request] = sink.assemble(encoded(sink, [at(1, null)]), { ...WINDOW, now: NOON + now }).requests;
      const body = request === undefined ? [] : sink.describe(request).body;
      return Date.parse(String(Object(Array.isArray(body) ? body[0] : {}).exported_at)) - NOON;
    });
    expect(times).to.deep.equal([1, 2, 3]);
  });

  it('finds the time of an event by the mapping', async () => {
    const value = (type: 'text' | 'timestamp') => ({ type, nullable: false });
    const events = [
      { event: 'purchase', fields: { time: value('text'), timestamp: value('timestamp') } },
      { event: 'refund', fields: { paid_at: value('timestamp') } },
      { event: 'return', fields: { paid_at: value('timestamp'), time: value('timestamp') } },
    ];
    const sink = aSink({ path: directory }, { events });
    const target = (event: object) =>
      sink.describe(
        sink.assemble(encoded(sink, [{ ...at(1, '2026-01-01T00:00:00.000Z'), ...event }]), WINDOW).requests[0]!,
      ).target;
    expect(target({ timestamp: '2026-01-02T00:00:00.000Z' })).to.include('/dt=2026-01-02/');
    expect(target({ event: 'refund', paid_at: '2026-01-03T00:00:00.000Z' })).to.include('/dt=2026-01-03/');
    expect(target({ event: 'return', paid_at: '2026-01-03T00:00:00.000Z' })).to.include('/dt=2026-01-01/');
    expect(target({ event: 'unknown' })).to.include('/dt=2026-01-01/');
  });

  it('writes half of a surrogate pair as U+FFFD, and such text about one as it is', () => {
    const sink = aSink({ path: directory });
    const odd = { ...at(1, null), properties: { a: 'x\ud800', b: 'x\\ud800', c: '\\\ud83d', d: '😀', '\udc00': 1 } };
    const [event] = encoded(sink, [odd]);
    expect(Object(JSON.parse(event?.text ?? '')).properties).to.deep.equal({
      a: 'x\ufffd',
      b: 'x\\ud800',
      c: '\\\ufffd',
      d: '😀',
      '\ufffd': 1,
    });
    expect(event?.bytes).to.equal(Buffer.byteLength(event?.text ?? ''));
  });

  it('writes the date of an event as text, and no event with half of a surrogate pair', () => {
    const sink = aSink({ path: directory });
    const whole = at(1, '2026-01-01T23:59:59.999Z');
    const events = [
      whole,
      { ...whole, properties: { note: 'x\ud800' } },
      { ...whole, time: '+010000-01-01T00:00:00.000Z' },
    ];
    const { event, page } = eventText(events);
    const write = sink.textWriter?.(event);
    const written = events.map((_, record) => {
      const output = new TextOutput();
      output.begin();
      return [write?.(page, record, output), output.isDeclined];
    });
    const times = [whole['time'], '+010000-01-01T00:00:00.000Z'].map((time) => Date.parse(String(time)));
    expect(written).to.deep.equal([
      [times[0], false],
      [times[0], true],
      [times[1], false],
    ]);
  });

  it('leaves the older file whole when a new one cannot be written', async () => {
    const sink = aSink({ path: directory, prefix: 'p', format: 'ndjson' });
    await sink.open();
    const events = [at(1, '2026-01-01T00:00:00.000Z')];
    await send(sink, events);
    const name = (await filesIn(join(directory, 'p'))).find((file) => file.startsWith('dt=')) ?? '';
    const before = await readFile(join(directory, 'p', name));
    // What the file is written as first cannot be made.
    await mkdir(join(directory, 'p', name.replace('dt=2026-01-01/', 'dt=2026-01-01/.') + '.unfinished'));
    const error: unknown = await send(sink, events, { now: NOON + 1 }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(RefusedError);
    expect(await readFile(join(directory, 'p', name))).to.deep.equal(before);
  });

  it('leaves nothing unfinished behind', async () => {
    const sink = aSink({ path: directory });
    await sink.open();
    await send(sink, [at(1, null)]);
    expect((await filesIn(directory)).filter((file) => file.includes('unfinished'))).to.deep.equal([]);
  });

  it('makes a folder in one that exists, and refuses one whose parent is missing', async () => {
    await aSink({ path: join(directory, 'new') }).open();
    const misspelt = aSink({ path: join(directory, 'not-there', 'new') });
    const error: unknown = await misspelt.open().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(RefusedError).with.property('message').that.includes('not-there/new');
    const [finding] = await misspelt.check();
    expect(finding).to.include({ outcome: 'bad', fix: 'create the folder and allow this user to write to it' });
  });

  it('refuses to make the folder again when it went away during a run', async () => {
    const sink = aSink({ path: directory, prefix: 'p' });
    await sink.open();
    await rm(join(directory, 'p'), { recursive: true });
    const error: unknown = await send(sink, [at(1, null)]).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(RefusedError);
    expect(await filesIn(directory)).to.deep.equal([]);
  });

  it('refuses a file in the place of the folder', async () => {
    await writeFile(join(directory, 'file'), '');
    const [finding] = await aSink({ path: join(directory, 'file') }).check();
    expect(finding).to.include({ outcome: 'bad' });
  });

  for (const [code, kind] of [
    ['ENOSPC', TransientError],
    ['EDQUOT', TransientError],
    ['EIO', TransientError],
    ['EROFS', RefusedError],
    ['EACCES', RefusedError],
    ['ENOTDIR', RefusedError],
  ] as const) {
    it(`takes ${code} for ${kind === RefusedError ? 'a refusal' : 'a failure that passes'}`, () => {
      expect(folderError(Object.assign(new Error('x'), { code }), '/f')).to.be.instanceOf(kind);
    });
  }

  it('lets the newest body of an event count: the view replaces', () => {
    expect(objectStorageSink.repeats(objectStorageSink.config.parse({ path: '.' }))).to.deep.equal({
      effect: 'replace',
    });
  });

  const BUCKET = { bucket: 'my-events' };
  for (const [title, options, part] of [
    ['neither a bucket nor a folder', {}, 'set bucket, or path'],
    ['both', { ...BUCKET, path: 'events' }, 'either bucket or path'],
    ['a region of a folder', { path: 'events', region: 'eu-central-1' }, 'a local folder has none'],
    ['half an access key', { ...BUCKET, accessKeyId: 'AKIA' }, 'set both'],
    ['a token alone', { ...BUCKET, sessionToken: 't' }, 'belongs to an access key'],
    ['a bucket with a folder', { bucket: 'my-events/folder' }, 'as prefix'],
    ['the address of a bucket', { bucket: 's3://my-events' }, 'the name alone'],
    ['a bucket in the endpoint', { ...BUCKET, endpoint: 'https://s3.example.com/my-events' }, 'nothing after its host'],
    ['an endpoint without a scheme', { ...BUCKET, endpoint: 's3.example.com' }, 'expected an address'],
    ['an endpoint with a key', { ...BUCKET, endpoint: 'https://a:b@s3.example.com' }, 'expected an address'],
    ['an endpoint over plain http', { ...BUCKET, endpoint: 'http://s3.example.com' }, 'allowInsecure'],
    ['a prefix that leaves the folder', { path: 'events', prefix: 'a/../../b' }, 'must not contain'],
    ['an unknown format', { path: 'events', format: 'csv' }, 'parquet'],
  ] as const) {
    it(`refuses the options with ${title}`, () => {
      const { error } = objectStorageSink.config.safeParse(options);
      expect(error?.issues.map(({ message }) => message).join('\n')).to.include(part);
    });
  }

  it('takes a prefix with slashes around it, and none', () => {
    const prefixOf = (prefix: string) => objectStorageSink.config.parse({ path: 'e', prefix }).prefix;
    expect([prefixOf('/a/b/'), prefixOf('')]).to.deep.equal(['a/b', '']);
  });
});
