import type { Source, Window } from '@sluice/core/source';
import { aGeneration, aScore, aTrace, insertRows } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource, everything, pagesOf, placesOf, valuesOf } from './a-source.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

const FROM = Date.UTC(2026, 0, 10, 12);
const HOUR_MS = 3_600_000;

function at(hours: number): string {
  return new Date(FROM + hours * HOUR_MS).toISOString().slice(0, -1);
}

function following(stream: string, window: Partial<Window> = {}): Window {
  return { stream, axis: 'change', from: FROM, until: FROM + HOUR_MS, revisitMs: 24 * HOUR_MS, ...window };
}

describe('the parts of a window', () => {
  let database: TestDatabase;
  let source: Source;

  beforeEach(async () => {
    database = await aLangfuseDatabase();
    source = aSource(database.url, { pageSize: 2 });
  });

  async function given(rows: {
    readonly traces?: readonly object[];
    readonly observations?: readonly object[];
    readonly scores?: readonly object[];
  }): Promise<void> {
    for (const [table, list] of Object.entries(rows)) await insertRows(database.client, table, list);
  }

  it('holds on the event axis what happened in it, whenever it was created', async () => {
    await given({
      traces: [
        aTrace({ id: 'before', timestamp: at(-0.001) }),
        aTrace({ id: 'at-start', timestamp: at(0), created_at: at(100) }),
        aTrace({ id: 'inside', timestamp: at(0.5), created_at: at(-100) }),
        aTrace({ id: 'at-end', timestamp: at(1) }),
      ],
    });
    const window: Window = { stream: 'trace', axis: 'event', from: FROM, until: FROM + HOUR_MS, revisitMs: 0 };
    expect(await placesOf(source, window)).to.deep.equal(['event at-start', 'event inside']);
  });

  it('leaves out of a backfill what was created at or after the handover', async () => {
    await given({
      scores: [
        aScore({ id: 'earlier', timestamp: at(0), created_at: at(2) }),
        aScore({ id: 'at-handover', timestamp: at(0), created_at: at(3) }),
      ],
    });
    const window = everything('score', { createdBefore: FROM + 3 * HOUR_MS });
    expect(await placesOf(source, window)).to.deep.equal(['event earlier']);
  });

  it('gives only generations in the generation stream, and every observation in its own', async () => {
    await given({
      observations: [
        aGeneration({ id: 'g' }),
        aGeneration({ id: 's', type: 'SPAN' }),
        aGeneration({ id: 'e', type: 'EVENT' }),
      ],
    });
    expect(await placesOf(source, everything('generation'))).to.deep.equal(['event g']);
    const types = await valuesOf(source, everything('observation'), ['type', 'usage_details']);
    expect([...types].map(([key, { type, usage_details }]) => [key, type, usage_details])).to.deep.equal([
      ['e', 'EVENT', null],
      ['g', 'GENERATION', null],
      ['s', 'SPAN', null],
    ]);
  });

  it('follows what was created in it, then what changed since, without an upper bound', async () => {
    await given({
      traces: [
        aTrace({ id: 'created', created_at: at(0.5) }),
        aTrace({ id: 'created-at-start', created_at: at(0) }),
        aTrace({ id: 'created-at-end', created_at: at(1) }),
        aTrace({ id: 'changed-in-it', created_at: at(-2), updated_at: at(0.2) }),
        aTrace({ id: 'changed-long-after', created_at: at(-3), updated_at: at(50) }),
        aTrace({ id: 'changed-before', created_at: at(-2), updated_at: at(-1) }),
        aTrace({ id: 'too-old', created_at: at(-25), updated_at: at(0.2) }),
      ],
    });
    expect(await placesOf(source, following('trace'))).to.deep.equal([
      'created created-at-start',
      'created created',
      'changed changed-long-after',
      'changed changed-in-it',
    ]);
  });

  it('has only what was created when nothing is revisited', async () => {
    await given({
      traces: [
        aTrace({ id: 'new', created_at: at(0) }),
        aTrace({ id: 'old', created_at: at(-1), updated_at: at(0.5) }),
      ],
      observations: [aGeneration({ id: 'o', trace_id: 'old', created_at: at(0.5) })],
    });
    expect(await placesOf(source, following('trace', { revisitMs: 0 }))).to.deep.equal(['created new']);
  });

  it('derives a trace of any age from observations of any type that appeared or changed', async () => {
    await given({
      traces: [
        aTrace({ id: 'last-week', created_at: at(-170) }),
        aTrace({ id: 'yesterday', created_at: at(-30) }),
        aTrace({ id: 'untouched', created_at: at(-30) }),
        aTrace({ id: 'of-another-project', created_at: at(-30), project_id: 'project-2' }),
        aTrace({ id: 'new', created_at: at(0.1) }),
        aTrace({ id: 'younger', created_at: at(1.5) }),
      ],
      observations: [
        aGeneration({ id: 'o1', type: 'SPAN', trace_id: 'last-week', created_at: at(0.3) }),
        aGeneration({ id: 'o2', type: 'EVENT', trace_id: 'last-week', created_at: at(0.4) }),
        aGeneration({ id: 'o3', trace_id: 'yesterday', created_at: at(-5), updated_at: at(3) }),
        aGeneration({ id: 'o4', trace_id: 'untouched', created_at: at(-5), updated_at: at(-4) }),
        aGeneration({ id: 'o5', trace_id: 'of-another-project', created_at: at(0.4) }),
        aGeneration({ id: 'o6', trace_id: 'new', created_at: at(0.4) }),
        aGeneration({ id: 'o7', trace_id: 'younger', created_at: at(0.4) }),
        aGeneration({ id: 'o8', created_at: at(0.4) }),
      ],
    });
    expect(await placesOf(source, following('trace'))).to.deep.equal([
      'created new',
      'derived yesterday',
      'derived last-week',
    ]);
  });

  for (const [stream, table, row] of [
    ['generation', 'observations', (id: string, values: object) => aGeneration({ id, ...values })],
    ['observation', 'observations', (id: string, values: object) => aGeneration({ id, type: 'SPAN', ...values })],
    ['score', 'scores', (id: string, values: object) => aScore({ id, ...values })],
  ] as const) {
    it(`derives ${stream} records from their trace that appeared or changed`, async () => {
      await given({
        traces: [
          aTrace({ id: 'appeared', created_at: at(0.5) }),
          aTrace({ id: 'changed', created_at: at(-3), updated_at: at(2) }),
          aTrace({ id: 'same', created_at: at(-3) }),
        ],
      });
      await insertRows(database.client, table, [
        row('a1', { trace_id: 'appeared', created_at: at(-1) }),
        row('a2', { trace_id: 'appeared', created_at: at(-2) }),
        row('a3', { trace_id: 'appeared', created_at: at(-2) }),
        row('a-too-old', { trace_id: 'appeared', created_at: at(-25) }),
        row('a-new', { trace_id: 'appeared', created_at: at(0.2) }),
        row('a-elsewhere', { trace_id: 'appeared', created_at: at(-1), project_id: 'project-2' }),
        row('c1', { trace_id: 'changed', created_at: at(-3) }),
        row('s1', { trace_id: 'same', created_at: at(-3) }),
      ]);
      expect(await placesOf(source, following(stream))).to.deep.equal([
        'created a-new',
        'derived c1',
        'derived a1',
        'derived a2',
        'derived a3',
      ]);
    });
  }

  it('gives a record that changed and is derived once', async () => {
    await given({
      traces: [aTrace({ id: 't', created_at: at(-3), updated_at: at(0.1) })],
      observations: [aGeneration({ id: 'o', trace_id: 't', created_at: at(-3), updated_at: at(0.1) })],
    });
    expect(await placesOf(source, following('trace'))).to.deep.equal(['changed t']);
    expect(await placesOf(source, following('generation'))).to.deep.equal(['changed o']);
  });

  it('takes from before the handover only what happened since the pipeline’s start', async () => {
    const handover = { createdBefore: FROM, eventFrom: FROM - 4 * HOUR_MS };
    const changed = { created_at: at(-1), updated_at: at(0.5) };
    await given({
      traces: [
        aTrace({ id: 'in-history', ...changed, timestamp: at(-4) }),
        aTrace({ id: 'before-history', ...changed, timestamp: at(-4.001) }),
        aTrace({ id: 'backdated-but-new', created_at: at(0.5), timestamp: at(-900) }),
        aTrace({ id: 'derived-in-history', created_at: at(-2), timestamp: at(-3) }),
        aTrace({ id: 'derived-before-history', created_at: at(-2), timestamp: at(-5) }),
      ],
      observations: [
        aGeneration({ id: 'o1', trace_id: 'derived-in-history', created_at: at(0.1), start_time: at(-900) }),
        aGeneration({ id: 'o2', trace_id: 'derived-before-history', created_at: at(0.1) }),
        aGeneration({ id: 'g-in-history', trace_id: 'in-history', created_at: at(-1), start_time: at(-4) }),
        aGeneration({ id: 'g-before', trace_id: 'in-history', created_at: at(-1), start_time: at(-5) }),
      ],
    });
    expect(await placesOf(source, following('trace', handover))).to.deep.equal([
      'created backdated-but-new',
      'changed in-history',
      'derived derived-in-history',
    ]);
    expect(await placesOf(source, following('generation', handover))).to.deep.equal([
      'created o1',
      'created o2',
      'derived g-in-history',
    ]);
  });

  it('reads one project, a list of projects, or all', async () => {
    await given({
      traces: ['project-1', 'project-2', 'project-3'].map((project) =>
        aTrace({ id: `t-${project}`, project_id: project }),
      ),
    });
    const read = (projects: unknown): Promise<string[]> =>
      placesOf(aSource(database.url, { projects }), everything('trace'));
    expect(await read('all')).to.have.length(3);
    expect(await read(['project-2'])).to.deep.equal(['event t-project-2']);
    expect(await read(['project-1', 'project-3', 'gone'])).to.deep.equal(['event t-project-1', 'event t-project-3']);
  });

  it('goes on after every cursor with exactly what follows it', async () => {
    const same = at(0.25);
    await given({
      traces: [
        ...['b', 'a', 'é', 'Z', '"', '%/'].map((id) => aTrace({ id: `new ${id}`, created_at: same })),
        aTrace({ id: 'changed-1', created_at: at(-1), updated_at: at(1) }),
        aTrace({ id: 'changed-2', created_at: at(-1), updated_at: at(1) }),
        ...[1, 2, 3, 4, 5].map((number) => aTrace({ id: `derived-${number}`, created_at: at(-100) })),
        aTrace({ id: 'appeared', created_at: at(0.9) }),
        aTrace({ id: 'appeared-too', created_at: at(0.9) }),
      ],
      observations: [
        ...[1, 2, 3, 4, 5].map((number) =>
          aGeneration({ id: `o${number}`, trace_id: `derived-${number}`, created_at: same }),
        ),
        ...[1, 2, 3, 4, 5].map((number) =>
          aGeneration({ id: `g${number}`, trace_id: number < 4 ? 'appeared' : 'appeared-too', created_at: at(-2) }),
        ),
      ],
    });
    for (const window of [following('trace'), following('observation'), everything('trace')]) {
      const pages = await pagesOf(source, { window, fields: [{ field: 'id' }] });
      const whole = await placesOf(source, window);
      const cursors = pages.flatMap((page) => page.cursors);
      expect(cursors).to.have.length(whole.length);
      for (const [index, cursor] of cursors.entries()) {
        expect(await placesOf(source, window, cursor), cursor).to.deep.equal(whole.slice(index + 1));
      }
    }
  });

  it('finds records of the first, the last and no year of the calendar', async () => {
    await given({
      traces: [
        aTrace({ id: 'ancient', timestamp: '1970-01-01T00:00:00.001' }),
        aTrace({ id: 'future', timestamp: '9999-12-31T23:59:59.999' }),
        aTrace({ id: 'far', timestamp: '11999-12-31T00:00:00' }),
      ],
    });
    const probe = async (from: number): Promise<number | undefined> => source.next('trace', 'event', from);
    expect(await probe(Date.UTC(-500, 0))).to.equal(1);
    expect(await probe(2)).to.equal(Date.UTC(9999, 11, 31, 23, 59, 59, 999));
    expect(await probe(Date.UTC(10_000, 0))).to.equal(Date.UTC(11_999, 11, 31));
    expect(await probe(Date.UTC(13_000, 0))).to.equal(undefined);
    expect(await placesOf(source, everything('trace'))).to.have.length(3);
  });

  it('knows the next record on either axis, and of the history alone', async () => {
    await given({
      scores: [
        aScore({ id: 'first', timestamp: at(5), created_at: at(1) }),
        aScore({ id: 'second', timestamp: at(2), created_at: at(3) }),
      ],
    });
    expect(await source.next('score', 'change', FROM)).to.equal(FROM + HOUR_MS);
    expect(await source.next('score', 'change', FROM + HOUR_MS + 1)).to.equal(FROM + 3 * HOUR_MS);
    expect(await source.next('score', 'event', FROM)).to.equal(FROM + 2 * HOUR_MS);
    expect(await source.next('score', 'event', FROM, { createdBefore: FROM + 2 * HOUR_MS })).to.equal(
      FROM + 5 * HOUR_MS,
    );
    expect(await source.next('generation', 'event', 0)).to.equal(undefined);
  });
});
