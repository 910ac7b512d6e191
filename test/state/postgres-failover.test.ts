import { runPipeline, systemRuntime } from '@sluice/core/engine';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@sluice/embedded-postgres';
import { postgresState } from '@sluice/postgres-state';
import { anAdapterContext, recordingLogger, recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aPipeline, HOUR, memoryNotes, notes, NOW } from '../engine/a-pipeline.js';

const RECORDS = 2500;
/** At these requests of both workers together, the server of the state stops and starts again. */
const RESTARTS: ReadonlySet<number> = new Set([4, 11]);

describe('two workers whose state is in Postgres', function () {
  this.timeout(120_000);
  let server: EmbeddedPostgres;
  before(async () => {
    server = await startEmbeddedPostgres({ serverUrl: '', databaseName: 'state' });
  });
  after(() => server.stop());

  it('go on when its server restarts while they export, and send every record once', async () => {
    const source = memoryNotes(notes(RECORDS), { now: () => NOW });
    const config = postgresState.config.parse({ url: server.url, lease: 'window' });
    let sends = 0;
    const workers = [1, 2].map(() => {
      const logger = recordingLogger();
      const sink = recordingSink({
        answer: async () => {
          sends += 1;
          if (RESTARTS.has(sends)) await server.restart();
          return undefined;
        },
      });
      const { pipeline } = aPipeline({ source, sink, maxWindowMs: 2 * HOUR });
      const state = postgresState.create(config, { ...anAdapterContext(), runtime: systemRuntime, logger });
      const signal = new AbortController().signal;
      return {
        sink,
        logger,
        run: () => runPipeline({ ...pipeline, state }, { runtime: systemRuntime, logger }, { signal }),
        read: () => state.reader('notes').read(),
      };
    });

    const results = await Promise.all(workers.map((worker) => worker.run()));

    expect(results.map(({ outcome }) => outcome)).to.deep.equal(['done', 'done']);
    const ids = workers.flatMap(({ sink }) => sink.accepted.map(({ id }) => String(id)));
    expect(ids.toSorted()).to.deep.equal(notes(RECORDS).map(({ key }) => key));
    const warnings = workers.flatMap(({ logger }) => logger.lines.filter(({ level }) => level === 'warn'));
    expect(warnings.map(({ message }) => message)).to.include('the database of the state did not answer; trying again');
    const states = await Promise.all(workers.map((worker) => worker.read()));
    for (const { totals, windows } of states) {
      expect(totals['note']).to.include({ read: RECORDS, accepted: RECORDS });
      expect(windows.map(({ status }) => status)).not.to.include('open');
    }
  });
});
