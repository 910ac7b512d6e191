import { FileStateStore } from '@sluice/file-state';
import { manualRuntime, recordingLogger, testRuns } from '@sluice/testkit';
import { expect } from 'chai';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aLangfuseWorld, shipped, type LangfuseWorld } from './langfuse-world.js';

const PIPELINE = shipped('langfuse-to-posthog.yaml');
const SHIFTED_CLOCK = fileURLToPath(new URL('../../end-to-end/shifted-clock.mjs', import.meta.url));
const HOUR_MS = 3_600_000;
const DAYS_MS = 3 * 24 * HOUR_MS;
const DIFFERS = 'the clocks of the source and of this machine differ; the run uses the clock of the source';
const POSTHOG_DIFFERS = 'the clocks of PostHog and of this machine differ; the age of events goes by that of PostHog';

describe('a run on a machine whose clock is wrong', function () {
  this.timeout(120_000);
  let world: LangfuseWorld;
  let right: Awaited<ReturnType<typeof outcomeOf>>;

  before(async () => {
    world = await aLangfuseWorld({ traces: 20, receiver: { v1: true } });
    right = await outcomeOf('right');
    expect(right.events.some(({ historical }) => historical)).to.equal(true);
    expect(right.events.some(({ historical }) => !historical)).to.equal(true);
  });
  after(() => world.end());

  /** What a run with a state of its own has sent, planned, and left as status. */
  async function outcomeOf(name: string, shift?: Readonly<Record<string, string>>) {
    const state = join(world.directory, '.sluice', name);
    const own = { SLUICE_STATE_DIRECTORY: state };
    world.receiver.reset();
    const { code, err } = await world.sluice(['run', PIPELINE], {
      environment: { ...own, ...(shift && { NODE_OPTIONS: `--import ${SHIFTED_CLOCK}`, ...shift }) },
      ownProcess: shift !== undefined,
    });
    expect(code, err).to.equal(0);
    const shown = await world.sluice(['status', PIPELINE, '--json'], { environment: own });
    const [status] = JSON.parse(shown.out) as readonly { readonly health: string; readonly lagSeconds: number }[];
    return {
      events: world.receiver.received().toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1)),
      windows: await windowsIn(state),
      health: status?.health,
      lagSeconds: status?.lagSeconds ?? Infinity,
      err,
    };
  }

  /** Where windows begin and end; what lies in the last hour is the time of the run, less `settle`. */
  async function windowsIn(directory: string) {
    const store = new FileStateStore(directory, { logger: recordingLogger(), runtime: manualRuntime() });
    const writer = await store.acquire('langfuse-to-posthog');
    try {
      const { windows } = await writer.read();
      const limit = Date.now() - HOUR_MS;
      const rounded = (instant: number) => (instant > limit ? 'the time of the run' : new Date(instant).toISOString());
      // Streams are exported side by side: the order of their windows is by chance.
      const shown = windows.map(({ window: { stream, axis, from, until }, status }) =>
        [stream, axis, rounded(from), rounded(until), status].join(' '),
      );
      return shown.toSorted();
    } finally {
      await writer.release();
    }
  }

  const wrongClocks = [
    ['three days behind', { SHIFT_MS: String(-DAYS_MS) }, [DIFFERS, POSTHOG_DIFFERS]],
    ['three days ahead', { SHIFT_MS: String(DAYS_MS) }, [DIFFERS, POSTHOG_DIFFERS]],
    ['set back in the middle of the run', { SHIFT_MS: String(-DAYS_MS), SHIFT_AT: 'request' }, ['the clock jumps']],
  ] as const;
  for (const [title, shift, said] of wrongClocks.slice(-testRuns(wrongClocks.length))) {
    it(`sends the same events, in the same windows, with a clock ${title}`, async () => {
      const wrong = await outcomeOf(title.replaceAll(' ', '-'), shift);
      expect(wrong.events).to.deep.equal(right.events);
      expect(wrong.windows).to.deep.equal(right.windows);
      expect(wrong.health).to.equal('healthy');
      expect(Math.abs(wrong.lagSeconds - right.lagSeconds)).to.be.lessThan(600);
      for (const message of said) expect(wrong.err).to.contain(message);
    });
  }
});
