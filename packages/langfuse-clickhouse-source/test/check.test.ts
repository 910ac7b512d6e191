import { readFileSync } from 'node:fs';
import type { CheckResult } from '@sluice/core/adapter';
import { SourceDriftError, type ReadPlan } from '@sluice/core/source';
import { startEmbeddedClickHouse, type EmbeddedClickHouse } from '@sluice/embedded-clickhouse';
import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import {
  anObservationVersion,
  aScoreVersion,
  aSpanVersion,
  aTraceVersion,
  clickHouseSchema,
  executeStatement,
  insertVersions,
} from '@sluice/langfuse-history';
import { expect } from 'chai';
import { rightsFindings } from '#src/check/check-rights.js';
import { grantStatements, userStatements } from '#src/check/grant-statements.js';
import { grantedColumns } from '#src/layout/required-columns.js';
import type { Sql } from '#src/sql/sql.js';
import { aSource, everything, pagesOf, valuesOf } from './a-source.js';
import { anEmptiedDatabase, textOf } from './test-database.js';

const DAY_MS = 86_400_000;
const PLAN: ReadPlan = {
  streams: [{ stream: 'generation', fields: [{ field: 'id' }, { field: 'project_name' }] }],
  settleMs: 10 * 60_000,
  revisitMs: DAY_MS,
  maxWindowMs: 3_600_000,
};

function named(findings: readonly CheckResult[], name: string): CheckResult | undefined {
  return findings.find((finding) => finding.name === name);
}

/** Rows of v3 and of v4 with these ages. */
async function grown(ages: { readonly legacyMs?: number; readonly eventsMs?: number }): Promise<string> {
  const url = await anEmptiedDatabase('v4');
  const at = (age: number): string => textOf(Date.now() - age);
  if (ages.legacyMs !== undefined) {
    const times = { created_at: at(ages.legacyMs) };
    await insertVersions(url, 'traces', [aTraceVersion(times)]);
    await insertVersions(url, 'observations', [anObservationVersion(times)]);
  }
  if (ages.eventsMs !== undefined)
    await insertVersions(url, 'events_full', [aSpanVersion({ created_at: at(ages.eventsMs) })]);
  return url;
}

describe('the check of a database of Langfuse', () => {
  it('reports a user who may write, with statements for one who may not', async () => {
    const url = await anEmptiedDatabase('v3');
    const findings = await aSource(url).check({ plan: PLAN });
    expect(named(findings, 'database reachable')).to.include({ outcome: 'good' });
    expect(named(findings, 'Langfuse version')).to.deep.include({
      outcome: 'good',
      message: 'Langfuse v3; reads the tables of v3',
    });
    expect(named(findings, 'further permissions')).to.include({ outcome: 'warning' });
    expect(named(findings, 'further permissions')?.statements?.[0]).to.match(/^CREATE USER sluice .* readonly = 2/);
    expect(named(findings, 'project names')).to.include({ outcome: 'warning' });
  });

  it('says what a database that cannot be reached needs', async () => {
    const [finding, ...others] = await aSource('http://reader:secret@127.0.0.1:1/default').check();
    expect(finding).to.include({ name: 'database reachable', outcome: 'bad' });
    expect(`${finding?.message} ${finding?.fix}`).to.not.include('secret');
    expect(others).to.deep.equal([]);
  });

  it('recognises how Langfuse v4 writes', async () => {
    for (const [ages, tables, expected] of [
      [{ eventsMs: 1000 }, 'auto', /events_only\); reads the tables of v4/],
      [{ legacyMs: 5 * DAY_MS, eventsMs: 1000 }, 'auto', /events_only\); reads the tables of v4/],
      [{ legacyMs: 1000, eventsMs: 900_000 }, 'auto', /dual\); reads the tables of v4; .* 13 to 15 minutes/],
      [{ legacyMs: 1000, eventsMs: 5 * DAY_MS }, 'auto', /legacy\); reads the tables of v3/],
      [{ legacyMs: 1000, eventsMs: 900_000 }, 'legacy', /dual\); reads the tables of v3/],
      [{ legacyMs: 5 * DAY_MS, eventsMs: 1000 }, 'legacy', /the tables of v3 no longer grow/],
    ] as const) {
      const findings = await aSource(await grown(ages), { tables }).check({ plan: PLAN });
      expect(named(findings, 'Langfuse version')?.message, JSON.stringify([ages, tables])).to.match(expected);
    }
  });

  it('warns of history that an upgrade has not copied yet, which is not exported unless told', async () => {
    const url = await grown({ legacyMs: 40 * DAY_MS, eventsMs: 1000 });
    expect(named(await aSource(url).check(), 'history')).to.include({ outcome: 'warning' });
    const request = { window: everything('generation'), fields: [{ field: 'id' }] };
    const failure = await pagesOf(aSource(url), request).catch((error: unknown) => error);
    expect(failure).instanceOf(SourceDriftError).with.property('message').includes('background migrations');
    expect(await pagesOf(aSource(url, { unfinishedHistory: 'accept' }), request)).to.have.lengthOf(1);
  });

  it('takes neither the spans of traces nor new and repeated spans for history that was copied', async () => {
    const url = await anEmptiedDatabase('v4');
    const ids = ['a', 'b', 'c', 'd'];
    await insertVersions(
      url,
      'observations',
      ids.map((id) => anObservationVersion({ id, trace_id: id })),
    );
    await insertVersions(url, 'events_full', [
      ...ids.map((id) => aSpanVersion({ span_id: `t-${id}`, trace_id: id, type: 'SPAN' })),
      ...['a', 'a', 'b', 'new'].map((id) => aSpanVersion({ span_id: id, trace_id: id })),
    ]);
    const tables = { tables: 'events' };
    expect(named(await aSource(url, tables).check(), 'history')?.message).to.include('2026-01');
    await insertVersions(
      url,
      'events_full',
      ['c', 'd'].map((id) => aSpanVersion({ span_id: id, trace_id: id })),
    );
    expect(named(await aSource(url, tables).check(), 'history')).to.equal(undefined);
  });

  it('does not miss what Langfuse writes to the tables of v4 some minutes later', async () => {
    const url = await grown({ legacyMs: 1000, eventsMs: 40 * DAY_MS });
    expect(named(await aSource(url, { tables: 'events' }).check(), 'history')).to.equal(undefined);
  });
});

it('the check names a listed project without traces also where there are hundreds of others', async () => {
  const url = await anEmptiedDatabase('v3');
  const at = textOf(Date.now());
  const traces = Array.from({ length: 300 }, (_, index) => aTraceVersion({ project_id: `p${index}`, timestamp: at }));
  await insertVersions(url, 'traces', traces);
  const finding = named(await aSource(url, { projects: ['p99', 'p999'] }).check(), 'projects');
  expect(finding)
    .to.include({ outcome: 'warning' })
    .property('message')
    .matches(/^p999 has no traces/);
});

describe('the tables of v3 after an upgrade to v4 that writes events only', () => {
  it('are refused, or finished and at their end', async () => {
    const legacyMs = 5 * DAY_MS;
    const url = await grown({ legacyMs, eventsMs: 1000 });
    const failure = await aSource(url, { tables: 'legacy' })
      .open()
      .catch((error: unknown) => error);
    expect(failure).instanceOf(SourceDriftError).with.property('message').includes('frozen: finish');
    const finishing = aSource(url, { tables: 'legacy', frozen: 'finish' });
    await finishing.open();
    const end = await finishing.ended?.();
    expect(Date.now() - (end?.newest ?? 0)).to.be.within(legacyMs, legacyMs + 60_000);
    expect(await aSource(url, { tables: 'events' }).ended?.()).to.equal(undefined);
  });
});

it('the documentation has the statements that check prints', () => {
  const page = readFileSync(new URL('../../../docs/langfuse-clickhouse-source.md', import.meta.url), 'utf8');
  const documented = page.replaceAll(/\s+/g, ' ');
  for (const tables of ['legacy', 'events'] as const) {
    for (const statement of userStatements(grantedColumns(tables, 'omit'), { database: 'default', user: 'default' }))
      expect(documented).to.include(statement);
  }
});

it('a user with the printed grants and readonly = 1 can run everything, and nothing else', async () => {
  const server = await startEmbeddedClickHouse({ serverUrl: '' });
  try {
    for (const statement of clickHouseSchema('v3')) await executeStatement(server.url, statement);
    await insertVersions(server.url, 'traces', [aTraceVersion()]);
    await insertVersions(server.url, 'observations', [anObservationVersion()]);
    await insertVersions(server.url, 'scores', [aScoreVersion()]);
    const granting = grantStatements(grantedColumns('legacy', 'omit'), { database: 'sluice', user: 'default' });
    const grants = granting
      .filter((statement) => !statement.includes('events_core'))
      .map((statement) => statement.replace(/^GRANT (.*) TO .*;$/, '$1'));
    const url = await server.limit({ grants, settings: { readonly: 1 } });
    const source = aSource(url);
    await source.open();
    for (const { name, fields } of langfuseClickHouseSource.streams) {
      const readable = Object.keys(fields).filter((field) => !['input', 'output'].includes(field));
      const window = everything(name, { axis: 'change', revisitMs: DAY_MS });
      expect(await pagesOf(source, { window, fields: readable.map((field) => ({ field })) }), name).to.have.lengthOf(1);
      expect(await source.digest?.({ stream: name, from: 0, until: Date.UTC(2100, 0), handover: 0 }), name).lengthOf(1);
    }
    const findings = await source.check({ plan: PLAN });
    expect(findings.filter(({ outcome }) => outcome === 'bad')).to.deep.equal([]);
    expect(named(findings, 'further permissions')).to.include({ outcome: 'good' });

    const fewer = grants.filter((grant) => !grant.includes('.scores')).map((grant) => grant.replace(' user_id,', ''));
    const finding = named(await aSource(await server.limit({ grants: fewer })).check(), 'Langfuse version');
    expect(finding).to.include({ outcome: 'bad' });
    expect(finding?.statements?.join('\n')).to.match(/GRANT SELECT\(.*\) ON sluice\.scores TO default;/);
  } finally {
    await server.stop();
  }
});

it('a user with the printed grants for inputs and outputs of v4 can measure how late rows come', async () => {
  const server = await startEmbeddedClickHouse({ serverUrl: '' });
  try {
    for (const statement of clickHouseSchema('v4')) await executeStatement(server.url, statement);
    const granting = grantStatements(grantedColumns('events', 'include'), { database: 'sluice', user: 'default' });
    const grants = granting.map((statement) => statement.replace(/^GRANT (.*) TO .*;$/, '$1'));
    const url = await server.limit({ grants, settings: { readonly: 2 } });
    const findings = await aSource(url, { content: 'include' }).check({ plan: PLAN });
    expect(named(findings, 'settle and events_full')?.message).to.match(/^only 0 rows/);
  } finally {
    await server.stop();
  }
});

describe('a user with a role', () => {
  /** What check says of the permissions, where the server answers so to a statement. */
  async function permissionsWith(answers: Readonly<Record<string, string>>): Promise<CheckResult | undefined> {
    const rows = async ({ text }: Sql): Promise<readonly (readonly string[])[]> => {
      if (text.includes('getSetting')) return [['0']];
      const answer = answers[text];
      if (answer === undefined) throw new SourceDriftError('Syntax error');
      return [[answer]];
    };
    const address = { origin: '', host: '', database: 'default', user: 'sluice', password: '' };
    const findings = await rightsFindings({
      connection: { rows, address },
      config: { content: 'omit' },
      tables: { chosen: 'legacy' },
      signal: undefined,
    });
    return named(findings, 'further permissions');
  }

  it('has the permissions of the role', async () => {
    const merged = 'GRANT SELECT, INSERT ON *.* TO sluice';
    const finding = await permissionsWith({ 'SHOW GRANTS FINAL': merged, 'SHOW GRANTS': 'GRANT writer TO sluice' });
    expect(finding).to.include({ outcome: 'warning' }).property('message').includes('may write (INSERT)');
  });

  it('is told of the role where the server does not show these', async () => {
    const finding = await permissionsWith({ 'SHOW GRANTS': 'GRANT reader, writer TO sluice' });
    expect(finding).to.include({ outcome: 'warning' }).property('message').includes('roles may do: reader, writer');
  });
});

describe('a user whose profile would change answers', () => {
  const profile = {
    timeout_overflow_mode: 'break',
    aggregate_functions_null_for_empty: 1,
    extremes: 1,
    format_tsv_null_representation: 'NULL',
  };
  let server: EmbeddedClickHouse;

  before(async () => {
    server = await startEmbeddedClickHouse({ serverUrl: '' });
    for (const statement of clickHouseSchema('v4')) await executeStatement(server.url, statement);
    await insertVersions(server.url, 'events_full', [aSpanVersion({ trace_id: 'a', span_id: 'a', user_id: '' })]);
  });
  after(() => server.stop());

  it('gets the values of the others where it may set settings', async () => {
    const read = (url: string) => valuesOf(aSource(url), everything('trace'), ['user_id', 'observation_count']);
    const expected = await read(server.url);
    const url = await server.limit({ grants: ['SELECT ON *.*'], settings: { readonly: 2, ...profile } });
    expect(await read(url)).to.deep.equal(expected);
  });

  it('does without the cache of the server', async () => {
    const url = await server.limit({ grants: ['SELECT ON *.*'], settings: { use_query_cache: 1 } });
    expect(await valuesOf(aSource(url), everything('trace'), ['id'])).to.have.property('size', 1);
  });

  it('is refused where it may not', async () => {
    const url = await server.limit({ grants: ['SELECT ON *.*'], settings: { readonly: 1, ...profile } });
    const failure = await aSource(url)
      .open()
      .catch((error: unknown) => error);
    expect(failure).instanceOf(SourceDriftError);
    expect(String(failure)).to.include(
      'with timeout_overflow_mode = break, aggregate_functions_null_for_empty = 1, extremes = 1, ' +
        'format_tsv_null_representation = NULL, answers would lack rows',
    );
  });
});
