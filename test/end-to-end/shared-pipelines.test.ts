import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import pg from 'pg';
import { launch, type LaunchedSluice } from './langfuse-world.js';
import { VISITS_SCHEMA, visitsMapping } from './visits.js';

const NAMES = Array.from({ length: 12 }, (_, index) => `c${index}`);
const RECORDS = 40;

const PIPELINE = `sluice: 1
pipeline: visits
foreach: [${NAMES.join(', ')}]
source: { use: jsonl, with: { files: '\${each}/visits.jsonl', schema: visits.schema.yaml } }
sink: { use: jsonl, with: { path: '\${each}/events.jsonl' } }
schedule: { every: 30d }
state: { use: postgres, with: { url: '\${DATABASE_URL}', leaseSeconds: 3 } }
scheduler: { use: pg-boss, with: { url: '\${DATABASE_URL}' } }
delivery: { maxEvents: 5, maxEventsPerSecond: 25 }
${visitsMapping('jsonl')}`;
const STARTS = 'the run starts';
const IS_DONE = 'the run is done';

describe('pipelines that three processes share', function () {
  this.timeout(120_000);
  const children = new Set<ChildProcess>();
  let folder: string;
  let client: pg.Client;
  let environment: Readonly<Record<string, string>>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-shared-'));
    writeFileSync(join(folder, 'p.yaml'), PIPELINE);
    writeFileSync(join(folder, 'visits.schema.yaml'), VISITS_SCHEMA);
    for (const name of NAMES) {
      mkdirSync(join(folder, name));
      const lines = Array.from({ length: RECORDS }, (_, id) =>
        JSON.stringify({ id: `${name}-${id}`, at: `2026-01-01T00:00:${String(id).padStart(2, '0')}Z` }),
      );
      writeFileSync(join(folder, name, 'visits.jsonl'), `${lines.join('\n')}\n`);
    }
    const url = await createSharedDatabase('shared');
    environment = { PATH: process.env['PATH'] ?? '', DATABASE_URL: url };
    client = new pg.Client(url);
    await client.connect();
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await client.end();
    rmSync(folder, { recursive: true });
  });

  const start = () => {
    const args = ['start', 'p.yaml', '--listen', '127.0.0.1:0', '--at-once', '2'];
    return launch(args, folder, environment, children);
  };
  const pipelinesOf = (process: LaunchedSluice, message: string) =>
    process.log().flatMap(({ msg, pipeline }) => (msg === message ? [String(pipeline)] : []));

  const activePipelines = async (): Promise<readonly string[]> => {
    const { rows } = await client.query(`SELECT singleton_key FROM sluice_scheduler.job WHERE state = 'active'`);
    return rows.map((row) => String(row.singleton_key));
  };

  /** The first that has begun to write events of a pipeline and is not done with it. */
  const inTheMiddle = async (processes: readonly LaunchedSluice[]): Promise<LaunchedSluice> => {
    for (;;) {
      const found = processes.find((each) => {
        const done = pipelinesOf(each, IS_DONE);
        const running = pipelinesOf(each, STARTS).filter((name) => !done.includes(name));
        return running.some((name) => existsSync(join(folder, name.replace('visits.', ''), 'events.jsonl')));
      });
      if (found !== undefined) return found;
      await Promise.race(processes.map(nextLine));
    }
  };

  it('run once at each moment, and are taken over from a process that is killed', async () => {
    const processes = [start(), start(), start()];
    // One that starts late may find that nothing is left to begin.
    const allHaveBegun = Promise.all(processes.map((each) => each.logged(STARTS)));
    await Promise.race([allHaveBegun, ...processes.map((each) => each.logged(IS_DONE))]);
    const killed = await inTheMiddle(processes);
    const others = processes.filter((each) => each !== killed);
    killed.kill('SIGKILL');
    await killed.ended;
    // What it was done with but had not told the scheduler is run again.
    const active = await activePipelines();
    const done = pipelinesOf(killed, IS_DONE).filter((each) => !active.includes(each));
    const lost = pipelinesOf(killed, STARTS).filter((each) => !done.includes(each));
    expect(lost).not.to.deep.equal([]);
    const runs = (message: string) => others.flatMap((each) => pipelinesOf(each, message));
    const all = NAMES.map((name) => `visits.${name}`).toSorted();
    const untilDone = async (count: number) => {
      while (runs(IS_DONE).length < count) await Promise.race(others.map(nextLine));
    };
    await untilDone(all.length - done.length);
    expect([...runs(IS_DONE), ...done].toSorted()).to.deep.equal(all);
    expect(runs(STARTS).length).to.equal(all.length - done.length);
    for (const name of NAMES) {
      const text = readFileSync(join(folder, name, 'events.jsonl'), 'utf8');
      const ids = text.match(/"id":"c\d+-\d+"/gu) ?? [];
      expect(new Set(ids).size, name).to.equal(RECORDS);
      if (!lost.includes(`visits.${name}`)) expect(ids.length, name).to.equal(RECORDS);
    }

    // The next moment, as soon as every job waits for it.
    const next = `UPDATE sluice_scheduler.job SET start_after = now() WHERE state = 'created'
      AND NOT EXISTS (SELECT FROM sluice_scheduler.job WHERE state IN ('active', 'retry'))`;
    while ((await client.query(next)).rowCount === 0) await Promise.race(others.map(nextLine));
    await untilDone(2 * all.length - done.length);
    expect([...runs(IS_DONE), ...done].toSorted()).to.deep.equal([...all, ...all].toSorted());
    for (const each of others) {
      const { url } = await each.logged('serving /healthz, /readyz and /metrics');
      const { status } = await fetch(`${String(url)}/readyz`);
      expect(status).to.equal(200);
      each.kill('SIGTERM');
      expect((await each.ended).code).to.equal(143);
    }
    expect(runs(STARTS).toSorted()).to.deep.equal(runs(IS_DONE).toSorted());
  });
});

/** Resolves soon, at the latest when a process has written more to its log. */
async function nextLine(process: LaunchedSluice): Promise<void> {
  const count = process.log().length;
  for (let look = 0; look < 20 && process.log().length === count; look += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
