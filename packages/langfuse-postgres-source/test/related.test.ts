import { aGeneration, aScore, aTrace, insertRows } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource } from './a-source.js';
import { aLangfuseDatabase } from './test-database.js';

const ALL = ['trace', 'generation', 'score'];

describe('what belongs to a record of Langfuse', () => {
  it('are the generations and scores of a trace, and the scores of a generation, of the projects that are read', async () => {
    const { url, client } = await aLangfuseDatabase();
    const of = (trace: string) => ({ trace_id: trace, project_id: 'project-1' });
    const start = (minute: number) => ({ start_time: `2026-03-01 10:0${minute}:00` });
    await insertRows(client, 'traces', [aTrace({ id: 't1', project_id: 'project-1' })]);
    await insertRows(client, 'observations', [
      aGeneration({ id: 'later', ...of('t1'), ...start(2) }),
      aGeneration({ id: 'first', ...of('t1'), ...start(1) }),
      aGeneration({ id: 'elsewhere', ...of('t1'), project_id: 'project-2' }),
      aGeneration({ id: 'other', ...of('t2') }),
      { ...aGeneration({ id: 'a span', ...of('t1') }), type: 'SPAN' },
    ]);
    await insertRows(client, 'scores', [
      aScore({ id: 's1', ...of('t1'), observation_id: null }),
      aScore({ id: 's2', ...of('t1'), observation_id: 'first' }),
    ]);
    const source = aSource(url, { projects: ['project-1'] });
    await source.open();
    expect(await source.related?.({ key: 't1', stream: 'trace', among: ALL, limit: 10 })).to.deep.equal([
      { stream: 'generation', keys: ['first', 'later'], total: 2 },
      { stream: 'score', keys: ['s1', 's2'], total: 2 },
    ]);
    expect(await source.related?.({ key: 't1', stream: 'trace', among: ['observation'], limit: 1 })).to.deep.equal([
      { stream: 'observation', keys: ['a span'], total: 3 },
    ]);
    expect(await source.related?.({ key: 'first', stream: 'observation', among: ['score'], limit: 1 })).to.deep.equal([
      { stream: 'score', keys: ['s2'], total: 1 },
    ]);
    expect(await source.related?.({ key: 'first', among: ['score'], limit: 10 })).to.deep.equal([
      { stream: 'score', keys: ['s2'], total: 1 },
    ]);
    // Langfuse keeps the observations of a trace that was never written.
    expect(await source.related?.({ key: 't2', among: ['generation'], limit: 10 })).to.deep.equal([
      { stream: 'generation', keys: ['other'], total: 1 },
    ]);
    expect(await source.related?.({ key: 't1', among: ['generation'], limit: 1 })).to.deep.equal([
      { stream: 'generation', keys: ['first'], total: 2 },
    ]);
  });
});
