import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'chai';
import { aLangfuseWorld, type LangfuseWorld } from './langfuse-world.js';
import { aMixpanelReceiver, type MixpanelReceiver } from './mixpanel-receiver.js';
import { aStatementLog, type StatementLog } from './statement-log.js';

const TOKEN = 'mixpanelendtoendtoken';
/** Milliseconds as DuckDB writes them, too. */
const TIME = 'YYYY-MM-DD HH24:MI:SS.MS';
const DAY_MS = 86_400_000;
const STREAMS = ['trace', 'generation', 'score'] as const;

/** What every destination must agree on, with the database and with one another. */
interface Exported {
  /** `stream project-id`. */
  readonly record: string;
  readonly timeMs: number;
  readonly costUsd: number | null;
}

/** The shipped file, with small requests to PostHog and the same events as NDJSON besides Parquet. */
function changed(text: string): string {
  return text
    .replace('      apiKey: ${POSTHOG_API_KEY}\n', '$&    delivery: { maxEvents: 20, maxInFlight: 1 }\n')
    .replace(/^mapping:/mu, '  lines: { use: object-storage, with: { path: lines, format: ndjson } }\n$&');
}

function sorted(records: Iterable<Exported>): readonly Exported[] {
  return [...records].toSorted((a, b) => (a.record < b.record ? -1 : 1));
}

function exported(name: string, timeMs: number, properties: Readonly<Record<string, unknown>>): Exported {
  const stream = name.toLowerCase().replace(/^\[?langfuse\]? /u, '');
  const cost = properties['langfuse_cost_usd'] ?? null;
  return {
    record: `${stream} ${String(properties['langfuse_project_id'])}-${String(properties['langfuse_id'])}`,
    timeMs,
    costUsd: cost === null ? null : Number(cost),
  };
}

describe('a pipeline with several sinks', function () {
  this.timeout(60_000);
  let world: LangfuseWorld;
  let mixpanel: MixpanelReceiver;
  let statements: StatementLog;
  let file: string;
  let isRefusing = true;
  before(async () => {
    world = await aLangfuseWorld({
      receiver: {
        faultFor: (request) =>
          isRefusing && request > 12 ? { kind: 'status', status: 401, body: 'invalid key' } : undefined,
      },
    });
    mixpanel = await aMixpanelReceiver(TOKEN);
    statements = await aStatementLog(world.databaseUrl);
    world.pipelineFile((text) => text);
    file = join(world.directory, 'configs', 'langfuse-to-several.yaml');
    writeFileSync(file, changed(readFileSync(file, 'utf8')));
  });
  after(async () => {
    await world.end();
    await statements.close();
    await mixpanel.stop();
  });

  const sluice = (...args: readonly string[]) =>
    world.sluice(args, {
      environment: {
        LANGFUSE_DATABASE_URL: statements.url,
        MIXPANEL_HOST: mixpanel.url,
        MIXPANEL_PROJECT_TOKEN: TOKEN,
      },
    });
  const run = () => sluice('run', file, '--json', '--log-level', 'silent');

  const folder = (name: string) => join(world.directory, 'configs', name, 'langfuse-to-several');
  const storedFiles = () =>
    ['events', 'lines'].flatMap((name) => readdirSync(folder(name), { recursive: true, encoding: 'utf8' }));
  const parquet = () => `read_parquet('${folder('events')}/dt=*/*.parquet', hive_partitioning = true)`;
  const lines = () =>
    `(select * replace (time::timestamptz as time), unnest(properties) from read_json('${folder('lines')}/dt=*/*.ndjson.gz', hive_partitioning = true, union_by_name = true))`;

  /** By SQL that shares nothing with the source. */
  async function inDatabase(): Promise<readonly Exported[]> {
    const rows = await world.query<Exported>(`
      with generations as (select * from observations_view where type = 'GENERATION')
      select 'trace ' || project_id || '-' || id as record,
        (extract(epoch from "timestamp") * 1000)::float8 as "timeMs",
        coalesce((select sum(calculated_total_cost) from observations_view o
          where o.trace_id = t.id and o.project_id = t.project_id), 0)::float8 as "costUsd"
      from traces t
      union all
      select 'generation ' || project_id || '-' || id, (extract(epoch from start_time) * 1000)::float8,
        calculated_total_cost::float8
      from generations
      union all
      select 'score ' || project_id || '-' || id, (extract(epoch from "timestamp") * 1000)::float8, null
      from scores`);
    return sorted(rows);
  }

  const atPosthog = () =>
    sorted(
      world.receiver
        .received()
        .map(({ event, timestamp, properties }) => exported(event, Date.parse(timestamp), properties)),
    );
  const atMixpanel = () =>
    sorted(mixpanel.received().map(({ event, properties }) => exported(event, Number(properties['time']), properties)));
  const inFiles = async (table: string) =>
    sorted(
      (await duck(`select *, epoch_ms(time) as ms from ${table}`)).map((row) =>
        exported(String(row['event']), Number(row['ms']), row),
      ),
    );

  it('checks every sink and shows the requests of the one that is asked for', async () => {
    const { code, out } = await sluice('check', file);
    expect(code, out).to.equal(0);
    expect(out).to.match(/sink posthog[^]*sink mixpanel[^]*sink files/u);
    expect(out.split('further permissions')).to.have.length(2);
    expect(out).to.match(/^ +\d+ findings as above$/mu);
    const preview = await sluice('preview', file, '--sink', 'mixpanel', '--limit', '1');
    expect(preview.out).to.include('/import').and.not.include('/batch');
  });

  it('reads once for all, and lets the others finish when one refuses its key in the middle', async () => {
    const readBefore = statements.copiedRecords();
    const refused = await run();
    expect(refused.code).to.equal(1);
    const ends: Readonly<Record<string, { readonly outcome: string }>> = JSON.parse(refused.out);
    expect(Object.fromEntries(Object.entries(ends).map(([name, { outcome }]) => [name, outcome]))).to.deep.equal({
      posthog: 'paused',
      mixpanel: 'done',
      files: 'done',
      lines: 'done',
    });
    const all = await inDatabase();
    expect(new Set(all.map(({ record }) => record.split(' ')[0]))).to.deep.equal(new Set(STREAMS));
    expect(statements.copiedRecords() - readBefore).to.equal(all.length);
    expect(atMixpanel()).to.deep.equal(all);
    expect(await inFiles(parquet())).to.deep.equal(all);
    expect(await inFiles(lines())).to.deep.equal(all);
    expect(world.receiver.received().length).to.be.within(1, all.length - 1);

    const status = await sluice('status', file);
    expect(status.code).to.equal(1);
    expect(status.out).to.match(/posthog: UNHEALTHY[^]*mixpanel: healthy[^]*files: healthy/u);
  });

  it('goes on at the refused one from its own cursor, and sends the others nothing again', async () => {
    const all = await inDatabase();
    const sent = [mixpanel.received().length, storedFiles().length];
    const readBefore = statements.copiedRecords();
    const received = world.receiver.received().length;
    isRefusing = false;
    const { code, err } = await run();
    expect(code, err).to.equal(0);
    expect(statements.copiedRecords() - readBefore).to.equal(all.length - received);
    expect(atPosthog()).to.deep.equal(all);
    expect([mixpanel.received().length, storedFiles().length]).to.deep.equal(sent);
    const verified = await sluice('verify', file);
    expect(verified.code, verified.out).to.equal(0);
  });

  it('sends nothing when nothing is new', async () => {
    const counts = () => [world.receiver.received().length, mixpanel.received().length, storedFiles().length];
    const before = counts();
    const { code } = await run();
    expect(code).to.equal(0);
    expect(counts()).to.deep.equal(before);
  });

  it('leaves files whose counts, sums, types and times DuckDB finds to be those of the database', async () => {
    const expected = await world.query(`
      select 'langfuse ' || lower(type::text) as event, count(*)::int as count,
        round(sum(calculated_total_cost)::numeric, 9)::float8 as cost, to_char(min(start_time), '${TIME}') as first,
        round(sum(latency)::numeric, 3)::float8 as seconds
      from observations_view where type = 'GENERATION' group by type`);
    for (const table of [parquet(), lines()]) {
      const found = await duck(`
        select event, count(*)::int as count, round(sum(langfuse_cost_usd), 9) as cost,
          strftime(min(time), '%Y-%m-%d %H:%M:%S.%g') as first, round(sum(langfuse_latency), 3) as seconds
        from ${table} where event = 'langfuse generation' and dt = time::date group by event`);
      expect(found).to.deep.equal(expected);
    }
    const columns = await duck(`describe select * from ${parquet()}`);
    expect(Object.fromEntries(columns.map((column) => [column['column_name'], column['column_type']]))).to.include({
      time: 'TIMESTAMP WITH TIME ZONE',
      timestamp: 'TIMESTAMP WITH TIME ZONE',
      langfuse_id: 'VARCHAR',
      langfuse_tags: 'VARCHAR[]',
      langfuse_cost_usd: 'DOUBLE',
      langfuse_total_units: 'DOUBLE',
      dt: 'DATE',
    });
  });

  it('reads a backfill once for all, and every destination has each event once afterwards', async () => {
    const all = await inDatabase();
    const [from, to] = [12, 10].map((days) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10));
    const inRange = all.filter(
      ({ timeMs }) => timeMs >= Date.parse(String(from)) && timeMs < Date.parse(String(to)),
    ).length;
    const readBefore = statements.copiedRecords();
    const args = ['--from', String(from), '--to', String(to), '--json', '--log-level', 'silent'];
    const { code, out, err } = await sluice('backfill', file, ...args);
    expect(code, out + err).to.equal(0);
    expect(statements.copiedRecords() - readBefore)
      .to.equal(inRange)
      .and.be.within(1, all.length - 1);
    expect(mixpanel.received()).to.have.length(all.length + inRange);
    const byInsertId = new Map(mixpanel.received().map((event) => [event.properties['$insert_id'], event]));
    expect(byInsertId).to.have.length(all.length);
    const latest = 'qualify row_number() over (partition by event, uuid order by exported_at desc) = 1';
    expect(await inFiles(`(from ${parquet()} ${latest})`)).to.deep.equal(all);
    expect(await inFiles(`(from ${lines()} ${latest})`)).to.deep.equal(all);
  });

  it('asks which state is meant before it is rewound', async () => {
    const { code, err } = await sluice('state', 'rewind', file, '--to', 'start', '--yes');
    expect(code).to.equal(2);
    expect(err).to.include('pass --sink with one of posthog, mixpanel, files');
  });
});

/** The rows of a query in UTC, as values of JSON. */
async function duck(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run("set timezone = 'UTC'");
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
