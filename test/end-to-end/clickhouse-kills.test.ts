import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createSharedClickHouseDatabase } from '@sluice/embedded-clickhouse';
import { executeStatement, seedClickHouse } from '@sluice/langfuse-history';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { createSluice } from '@sluice/sluice';
import { manualRuntime, testRuns } from '@sluice/testkit';
import { expect } from 'chai';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The seed says when the kills happen; the machine says what they hit. */
const KILLS = Number(process.env['SLUICE_KILLS'] ?? testRuns(4));
const SEED = Number(process.env['SLUICE_SEED'] ?? Date.now() % 1_000_000);
/** A run of the command takes about so long, its start included. */
const RUN_MS = 4000;
const SETTLE_MS = 3000;

/** The events that the newest versions in the tables make: of a trace with its release, which changes. */
const EXPECTED = `
  SELECT concat('langfuse trace ', id, ' ', ifNull(release, '')) FROM (SELECT * FROM traces ORDER BY event_ts DESC LIMIT 1 BY project_id, id)
  WHERE is_deleted = 0
  UNION ALL
  SELECT concat('langfuse generation ', id)
  FROM (SELECT * FROM observations ORDER BY event_ts DESC LIMIT 1 BY project_id, id) WHERE type = 'GENERATION'
  UNION ALL
  SELECT concat('langfuse score ', id) FROM (SELECT * FROM scores ORDER BY event_ts DESC LIMIT 1 BY project_id, id)`;

describe(`sluice run from Langfuse v3, killed at random while rows change (SLUICE_KILLS=${KILLS} SLUICE_SEED=${SEED})`, function () {
  this.timeout(120_000 + KILLS * 20_000);
  const { random } = manualRuntime({ seed: SEED });
  let url: string;
  let receiver: PosthogSimulator;
  let directory: string;
  let file: string;
  let environment: Readonly<Record<string, string>>;

  before(async () => {
    url = await createSharedClickHouseDatabase('kills');
    await seedClickHouse(url, {
      version: 'v3',
      traces: 100,
      now: Date.now(),
      historyMs: 2 * 86_400_000,
      random: manualRuntime({ seed: 7 }).random,
    });
    receiver = await PosthogSimulator.start({
      keys: ['phc_kills'],
      faultFor: () => ({ kind: 'slow', delayMs: 100 }),
    });
    directory = mkdtempSync(join(tmpdir(), 'sluice-kills-'));
    cpSync(join(ROOT, 'configs'), directory, { recursive: true });
    file = join(directory, 'langfuse-v3-to-posthog.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^settle: .*$/m, `settle: ${SETTLE_MS / 1000}s`));
    environment = {
      LANGFUSE_CLICKHOUSE_URL: url,
      LANGFUSE_URL: 'https://langfuse.example.com',
      POSTHOG_HOST: receiver.url,
      POSTHOG_API_KEY: 'phc_kills',
      SLUICE_STATE_DIRECTORY: join(directory, '.sluice'),
    };
  });

  after(async () => {
    await receiver.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('delivers every record, none distinct twice, and can prove it', async () => {
    for (let round = 0; round < KILLS; round += 1) {
      const child = spawn(process.execPath, [join(ROOT, 'packages/cli/bin/sluice.js'), 'run', file], {
        cwd: directory,
        env: { PATH: process.env['PATH'], ...environment },
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      // Half of them any time, half of them while events are on their way.
      if (random() < 0.5) await delay(random() * RUN_MS);
      else await Promise.race([ended, requests(receiver.eventRequests.length + 1 + Math.floor(random() * 4))]);
      await addAndChangeRows(round);
      await delay(random() * 300);
      child.kill('SIGKILL');
      await ended;
    }
    await delay(SETTLE_MS + 1000); // The rows of the last round have to rest, by the database's clock.
    const pipeline = await createSluice({ environment, logLevel: 'silent' }).load(file);
    expect(await pipeline.run()).to.include({ outcome: 'done' });

    const received = receiver.distinct().map(({ event, properties }) => {
      const release = event === 'langfuse trace' ? ` ${String(properties['langfuse_release'])}` : '';
      return `${event} ${String(properties['langfuse_id'])}${release}`;
    });
    const expected = (await executeStatement(url, EXPECTED)).trim().split('\n');
    expect(received.toSorted()).to.deep.equal(expected.toSorted());
    const { streams } = await pipeline.verify();
    expect(streams.flatMap(({ differences }) => differences)).to.deep.equal([]);
    // It compares full hours: the traces that were added are of this one.
    expect(streams.every(({ delivered }) => delivered > 0)).to.equal(true);
  });

  /** Resolves when the receiver has seen so many requests for events, or will not see them. */
  async function requests(count: number): Promise<void> {
    const untilMs = performance.now() + 3 * RUN_MS;
    while (receiver.eventRequests.length < count && performance.now() < untilMs) await delay(5);
  }

  /** New traces, and newer versions of some that a run follows. */
  async function addAndChangeRows(round: number): Promise<void> {
    const newest = 'SELECT * FROM traces ORDER BY event_ts DESC LIMIT 1 BY project_id, id';
    const living = `SELECT * FROM (${newest}) WHERE is_deleted = 0 AND NOT startsWith(id, 'deleted-')`;
    const now = 'now64(3) AS updated_at, now64(3) AS event_ts';
    const seeded = `SELECT * FROM (${living}) WHERE position(id, '-new-') = 0 ORDER BY id LIMIT 20`;
    await executeStatement(
      url,
      `INSERT INTO traces SELECT * REPLACE (concat(id, '-new-${round}') AS id, now64(3) AS created_at, ${now}) FROM (${seeded})`,
    );
    // Of the new ones and of those of the history.
    const recent = `SELECT * FROM (${living}) WHERE created_at > now() - INTERVAL 20 HOUR ORDER BY cityHash64(id) LIMIT 20`;
    await executeStatement(
      url,
      `INSERT INTO traces SELECT * REPLACE ('round-${round}' AS release, ${now}) FROM (${recent})`,
    );
  }
});
