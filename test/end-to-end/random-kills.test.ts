import { setTimeout as delay } from 'node:timers/promises';
import { casesInTurn, manualRuntime, testRuns } from '@sluice/testkit';
import { expect } from 'chai';
import { aLangfuseWorld, type LangfuseWorld } from './langfuse-world.js';

/** `npm run test:long` asks for more. The seed says when the kills happen; the machine says what they hit. */
const KILLS = Number(process.env['SLUICE_KILLS'] ?? testRuns(4));
const SEED = Number(process.env['SLUICE_SEED'] ?? Date.now() % 1_000_000);
/** A run of the command takes about so long, its start included. */
const RUN_MS = 4000;

/** The state stores, what each needs in the pipeline file, how long the lease of a killed process lasts, and how many kills. */
const STORES = [
  { name: 'file', state: 'state: { use: file, with: { directory: .sluice } }', leaseMs: 0, kills: KILLS },
  {
    name: 'postgres',
    state: 'state: { use: postgres, with: { url: "${LANGFUSE_DATABASE_URL}", leaseSeconds: 5 } }',
    leaseMs: 5000,
    kills: Math.ceil(KILLS / 2),
  },
] as const;

for (const { name, state, leaseMs, kills } of casesInTurn<(typeof STORES)[number]>(STORES, STORES.length)) {
  describe(`sluice run with its state in the store ${name}, killed at random (SLUICE_KILLS=${kills} SLUICE_SEED=${SEED})`, function () {
    this.timeout(120_000 + kills * 20_000);
    const { random } = manualRuntime({ seed: SEED });
    let world: LangfuseWorld;
    let pipeline: string;

    before(async () => {
      world = await aLangfuseWorld({ traces: 300, receiver: { faultFor: () => ({ kind: 'slow', delayMs: 100 }) } });
      pipeline = world.pipelineFile((text) =>
        text.replace(/^settle: .*$/m, 'settle: 5s').replace(/^state: .*$/m, () => state),
      );
    });
    after(() => world.end());

    it('delivers every row, none distinct twice, and can prove it', async () => {
      for (let round = 0; round < kills; round += 1) {
        // Half of them any time, half of them while events are on their way.
        const requests = random() < 0.5 ? 0 : world.receiver.eventRequests.length + Math.floor(random() * 4) + 1;
        const afterMs = random() * (requests === 0 ? RUN_MS : 300);
        await addAndChangeRows(world, round);
        await runAndKill(world, pipeline, { requests, afterMs });
        await delay(leaseMs);
      }
      await delay(6000); // The rows of the last round have to rest for `settle`, by the database's clock.
      const last = await world.sluice(['run', pipeline]);
      expect(last.code, last.err).to.equal(0);

      const [row] = await world.query<{ rows: number }>(
        `SELECT ((SELECT count(*) FROM traces) + (SELECT count(*) FROM scores)
          + (SELECT count(*) FROM observations WHERE type = 'GENERATION'))::int AS rows`,
      );
      expect(world.receiver.distinct()).to.have.length(row?.rows ?? 0);
      const rounds = world.receiver.distinct().map(({ properties }) => properties['langfuse_release']);
      expect(rounds.filter((release) => release === `round-${kills - 1}`).length).to.be.at.least(20);
      const verified = await world.sluice(['verify', pipeline]);
      expect(verified.code, verified.out + verified.err).to.equal(0);
    });
  });
}

/** New traces, and old ones that change, while nobody runs: the next run follows them. */
async function addAndChangeRows(world: LangfuseWorld, round: number): Promise<void> {
  await world.query(
    `INSERT INTO traces SELECT (jsonb_populate_record(NULL::traces, to_jsonb(t) || jsonb_build_object(
       'id', t.id || '-new-${round}',
       'created_at', now() AT TIME ZONE 'UTC', 'updated_at', now() AT TIME ZONE 'UTC'))).*
     FROM (SELECT * FROM traces WHERE id NOT LIKE '%-new-%' ORDER BY id LIMIT 30) AS t`,
  );
  await world.query(
    `UPDATE traces SET release = 'round-${round}', updated_at = now() AT TIME ZONE 'UTC'
     WHERE id IN (SELECT id FROM traces WHERE created_at > (now() AT TIME ZONE 'UTC') - interval '20 hours'
                  ORDER BY created_at DESC LIMIT 20)`,
  );
}

/** Starts a run and kills it so long after that many requests; it may have ended by itself. */
async function runAndKill(
  world: LangfuseWorld,
  pipeline: string,
  { requests, afterMs }: { readonly requests: number; readonly afterMs: number },
): Promise<void> {
  let sinceMs: number | undefined;
  const begunMs = performance.now();
  const isTime = () => {
    const nowMs = performance.now();
    // A run that has nothing more to send does not come to its request.
    const hasCome = world.receiver.eventRequests.length >= requests || nowMs - begunMs > 3 * RUN_MS;
    if (hasCome) sinceMs ??= requests === 0 ? begunMs : nowMs;
    return sinceMs !== undefined && nowMs - sinceMs >= afterMs;
  };
  await world.sluice(['run', pipeline], { kill: { signal: 'SIGKILL', when: isTime } });
}
