import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ExactNumber, SourceDriftError, type RecordPage, type Source } from '@sluice/core/source';
import { anAdapterContext } from '@sluice/testkit';
import { expect } from 'chai';
import { jsonlSource } from '#src/definition.js';
import { listFiles } from '#src/list-files.js';

const STREAMS = {
  visit: {
    key: ['id'],
    created: 'at',
    fields: { id: { type: 'text' }, at: { type: 'timestamp', nullable: false }, n: { type: 'number' } },
  },
};

describe('files of JSON lines', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-jsonl-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(name: string, ...lines: readonly string[]): void {
    writeFileSync(join(folder, name), lines.join('\n'));
  }

  function line(id: string, day: number, rest: object = {}): string {
    return JSON.stringify({ id, at: `2026-01-0${day}T00:00:00Z`, ...rest });
  }

  function open(files: unknown, options: object = {}): Source {
    const config = jsonlSource.config.parse({ files, streams: STREAMS, ...options });
    return jsonlSource.create(config, { ...anAdapterContext(), baseDirectory: folder });
  }

  async function read(source: Source, fields: readonly string[] = ['id']): Promise<readonly RecordPage[]> {
    const window = {
      stream: 'visit',
      axis: 'change' as const,
      from: Date.UTC(2000, 0),
      until: Date.UTC(2100, 0),
      revisitMs: 0,
    };
    const pages: RecordPage[] = [];
    for await (const page of source.read({ window, fields: fields.map((field) => ({ field })) })) pages.push(page);
    return pages;
  }

  async function keys(source: Source): Promise<readonly string[]> {
    return (await read(source)).flatMap((page) => page.keys);
  }

  it('are read in the order of their times, whatever the order of the lines and files', async () => {
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    write('deep/er/z.jsonl', line('first', 1), '');
    write('a.jsonl', line('third', 3), '', `\uFEFF${line('second', 2)}\r`, '');
    write('b.txt', 'not one of them');
    expect(await keys(open('**/*.jsonl'))).to.deep.equal(['first', 'second', 'third']);
    expect(await keys(open(['deep/er', './a.jsonl']))).to.deep.equal(['first', 'second', 'third']);
    expect(await keys(open('?.jsonl'))).to.deep.equal(['second', 'third']);
  });

  it('may be links to files', async () => {
    mkdirSync(join(folder, 'visits'));
    write('first', line('one', 1));
    symlinkSync(join(folder, 'first'), join(folder, 'visits/a.jsonl'));
    symlinkSync(join(folder, 'gone'), join(folder, 'visits/b.jsonl'));
    symlinkSync(join(folder, 'visits/loop'), join(folder, 'visits/loop'));
    for (const files of ['visits', 'visits/*.jsonl', '**/*.jsonl']) {
      expect(await keys(open(files)), files).to.deep.equal(['one']);
    }
  });

  it('are read once, by their own names, where links lead to them too', async () => {
    write('b.jsonl', line('one', 1));
    for (const name of ['a.jsonl', 'c.jsonl']) symlinkSync(join(folder, 'b.jsonl'), join(folder, name));
    write('outside', line('two', 2));
    for (const name of ['d.jsonl', 'e.jsonl']) symlinkSync(join(folder, 'outside'), join(folder, name));
    const { files } = listFiles(['*.jsonl'], folder);
    expect(files.map(({ name }) => name)).to.deep.equal(['b.jsonl', 'd.jsonl']);
    expect(await keys(open('*.jsonl'))).to.deep.equal(['one', 'two']);
  });

  it('may grow, turn over, vanish and appear', async () => {
    write('a.jsonl', line('one', 1), '');
    const source = open('*.jsonl');
    expect(await keys(source)).to.deep.equal(['one']);
    appendFileSync(join(folder, 'a.jsonl'), `${line('two', 2)}\n`);
    write('b.jsonl', line('three', 3), '');
    expect(await keys(source)).to.deep.equal(['one', 'two', 'three']);
    renameSync(join(folder, 'a.jsonl'), join(folder, 'a.old'));
    expect(await keys(source)).to.deep.equal(['three']);
    write('b.jsonl', line('four', 4), '');
    expect(await keys(source)).to.deep.equal(['four']);
  });

  it('are read to the last whole object', async () => {
    const torn = line('two', 2);
    write('a.jsonl', line('one', 1), torn.slice(0, -5));
    const source = open('a.jsonl');
    expect(await keys(source)).to.deep.equal(['one']);
    appendFileSync(join(folder, 'a.jsonl'), torn.slice(-5));
    expect(await keys(source)).to.deep.equal(['one', 'two']);
    appendFileSync(join(folder, 'a.jsonl'), `\n${line('three', 3)}\n`);
    expect(await keys(source)).to.deep.equal(['one', 'two', 'three']);
    appendFileSync(join(folder, 'a.jsonl'), 'nonsense\n');
    expect(await keys(source)).to.include('a.jsonl:4');
  });

  it('may be gzipped, also while they are written', async () => {
    const packed = gzipSync(
      Array.from({ length: 500 }, (_, index) => `${line(`id${index}`, 1, { n: index * Math.PI })}\n`).join(''),
    );
    writeFileSync(join(folder, 'a.jsonl.gz'), packed.subarray(0, packed.length / 2));
    const source = open('*.gz', { pageSize: 100 });
    const some = (await keys(source)).length;
    expect(some).to.be.within(1, 499);
    writeFileSync(join(folder, 'a.jsonl.gz'), packed);
    expect(await keys(source)).to.have.lengthOf(500);
    writeFileSync(join(folder, 'b.gz'), 'text');
    expect(await keys(source).catch((error: unknown) => error)).to.be.instanceOf(SourceDriftError);
  });

  it('give a bad line as a problem that names file and line', async () => {
    write(
      'a.jsonl',
      line('one', 1),
      'nonsense',
      '[1]',
      '{"id": "x"}',
      '{"id": null, "at": "2026-01-01"}',
      line('two', 2, { n: 'a' }),
      '',
    );
    const pages = await read(open('a.jsonl'), ['id', 'n']);
    expect(
      pages.flatMap((page) => page.keys.map((key, index) => [key, page.problems?.get(index)?.reason])),
    ).to.deep.equal([
      ['a.jsonl:2', 'at a.jsonl:2 is not a JSON object'],
      ['a.jsonl:3', 'at a.jsonl:3 is not a JSON object'],
      ['a.jsonl:4', 'at a.jsonl:4 has a time at that is missing'],
      ['a.jsonl:5', 'at a.jsonl:5 has a key id that is missing'],
      ['one', undefined],
      ['two', 'is not a finite number at a.jsonl:6'],
    ]);
    const [finding] = await open('a.jsonl').check();
    expect(finding).to.include({ outcome: 'warning', message: '2 records in 1 file; lines that are not records: 4' });
  });

  it('keep the digits of a number that no double holds in a json field, and refuse it as a number', async () => {
    const data = '{"account": 9007199254740993, "digits": "9007199254740993"}';
    write('a.jsonl', `{"id": "one", "at": "2026-01-01", "n": 9007199254740993, "data": ${data}}`, '');
    const more = { data: { type: 'json' }, digits: { type: 'text', path: 'data.account.digits' } };
    const streams = { visit: { ...STREAMS.visit, fields: { ...STREAMS.visit.fields, ...more } } };
    const [page] = await read(open('a.jsonl', { streams }), ['data', 'digits', 'n']);
    const account = new ExactNumber('9007199254740993');
    expect(page?.rows).to.deep.equal([[{ account, digits: '9007199254740993' }, null, null]]);
    expect(page?.problems?.get(0)).to.include({ field: 'n' });
    expect(page?.problems?.get(0)?.reason).to.equal('has more digits than a number holds at a.jsonl:1');
  });

  it('have a large whole number that a double holds as a number', async () => {
    const numbers = ['1e21', '9007199254740992', '-1000000000000000000000', '1e23', '9007199254740992.5'];
    write('a.jsonl', ...numbers.map((n, index) => `{"id": "id${index}", "at": "2026-01-01", "n": ${n}}`), '');
    const [page] = await read(open('a.jsonl'), ['n']);
    expect(page?.rows).to.deep.equal([[1e21], [9_007_199_254_740_992], [-1e21], [null], [null]]);
    expect([...(page?.problems?.values() ?? [])].map(({ reason }) => reason)).to.deep.equal([
      'has more digits than a number holds at a.jsonl:4',
      'has more digits than a number holds at a.jsonl:5',
    ]);
  });

  it('have times in UTC, unless they say otherwise', async () => {
    const times = [
      ['2026-01-31', '2026-01-31T00:00:00.000Z'],
      ['2026-01-31+02:00', '2026-01-30T22:00:00.000Z'],
      ['+002026-01-31', '2026-01-31T00:00:00.000Z'],
      ['2026-01-31 09:30', '2026-01-31T09:30:00.000Z'],
      ['2026-01-31t09:30:00,5+0530', '2026-01-31T04:00:00.500Z'],
    ] as const;
    write('a.jsonl', ...times.map(([at], index) => JSON.stringify({ id: `${index}`, at })));
    const [page] = await read(open('a.jsonl'), ['id', 'at']);
    const found = new Map(page?.rows.map(([id, at]) => [id, new Date(Number(at)).toISOString()]));
    expect(times.map((_, index) => found.get(`${index}`))).to.deep.equal(times.map(([, utc]) => utc));
  });

  it('have no time on a day that the calendar does not have', async () => {
    const fields = { ...STREAMS.visit.fields, seen: { type: 'timestamp' } };
    const days = ['2024-02-29', '2026-02-29', '2026-02-30 10:00', '+002026-04-31'];
    write('a.jsonl', ...days.map((seen, index) => line(`id${index}`, 1, { seen })), '');
    const [page] = await read(open('a.jsonl', { streams: { visit: { ...STREAMS.visit, fields } } }), ['seen']);
    expect(page?.rows).to.deep.equal([[Date.UTC(2024, 1, 29)], [null], [null], [null]]);
    expect([...(page?.problems?.values() ?? [])].map(({ reason }) => reason)).to.deep.equal([
      'is not a time (text) at a.jsonl:2',
      'is not a time (text) at a.jsonl:3',
      'is not a time (text) at a.jsonl:4',
    ]);
  });

  it('have two records where the keys differ in digits that no double holds', async () => {
    write('a.jsonl', ...['9007199254740992', '9007199254740993'].map((id) => `{"id": ${id}, "at": "2026-01-01"}`), '');
    const fields = { ...STREAMS.visit.fields, id: { type: 'json' } };
    const source = open('a.jsonl', { streams: { visit: { ...STREAMS.visit, fields } } });
    expect(await keys(source)).to.deep.equal(['9007199254740992', '9007199254740993']);
  });

  it('have keys with the digits of a number that no double holds inside an object', async () => {
    const ids = ['{"of":["ä",9007199254740993]}', '{"of":["ä",9007199254740995]}'];
    write('a.jsonl', ...ids.map((id) => `{"id": ${id}, "at": "2026-01-01"}`), '');
    const fields = { ...STREAMS.visit.fields, id: { type: 'json' } };
    const source = open('a.jsonl', { streams: { visit: { ...STREAMS.visit, fields } } });
    expect(await keys(source)).to.deep.equal(ids);
  });

  it('are the last line where a key repeats', async () => {
    write('a.jsonl', line('one', 1, { n: 1 }), line('one', 1, { n: 2 }), '');
    expect((await read(open('a.jsonl'), ['n'])).flatMap(({ rows }) => rows)).to.deep.equal([[2]]);
  });

  it('are refused where they cannot be looked for', async () => {
    symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
    const failureOf = (files: string) => keys(open(files)).catch((error: unknown) => error);
    for (const files of ['loop', 'loop/*.jsonl']) {
      const failure = await failureOf(files);
      expect(failure).to.be.instanceOf(SourceDriftError);
      expect(String(failure)).to.include('loop').and.to.include('cannot be read (ELOOP)');
    }
    write('a.jsonl', line('one', 1));
    expect(String(await failureOf('a.jsonl/b.jsonl'))).to.include('there is no file a.jsonl/b.jsonl');
    expect(await keys(open('a.jsonl/*.jsonl'))).to.deep.equal([]);
  });

  it('are refused where there are too many, or none by that name', async () => {
    write('a.jsonl', line('one', 1), line('two', 2), '');
    const error = await open('a.jsonl', { maxRecords: 1 })
      .open()
      .catch((reason: unknown) => reason);
    expect(String(error)).to.contain('more than 1 lines').and.contain('raise maxRecords');
    const [finding] = await open('nowhere.jsonl').check();
    expect(finding).to.include({ outcome: 'bad' });
    expect(await open('nowhere/*.jsonl').check()).to.have.nested.property('[0].outcome', 'warning');
  });
});
