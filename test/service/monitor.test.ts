import { PipelineMonitor, type Observation, type TroubleCause } from '@sluice/core/service';
import { EMPTY_STATE } from '@sluice/core/state';
import { expect } from 'chai';

const NOW = Date.UTC(2026, 2, 10, 12);

/** How a pipeline is after these observations. */
function causeAfter(...observations: readonly Observation[]): TroubleCause | undefined {
  const monitor = new PipelineMonitor({ settleMs: 0 }, { now: () => NOW });
  for (const observation of observations) monitor.observe(observation);
  return monitor.trouble?.cause;
}

function failures(peer: 'source' | 'sink', attempt: number): Observation {
  return { kind: 'retry', peer, attempt, waitMs: 1000, message: `${peer} is away` };
}
const page: Observation = { kind: 'page-read', stream: 'tick', records: 1, durationMs: 1 };
const request = { kind: 'request-ended', events: 1, bytes: 1, durationMs: 1 } as const;
const windowDone: Observation = { kind: 'window-done', stream: 'tick', purpose: 'following', durationMs: 1 };
const ended = { kind: 'run-ended', durationMs: 1 } as const;

describe('the monitor of a pipeline', () => {
  it('ignores one or two failures in a row', () => {
    expect(causeAfter(failures('source', 1), failures('source', 2))).to.equal(undefined);
    expect(causeAfter(failures('source', 3))).to.equal('source-unreachable');
    expect(causeAfter(failures('sink', 3))).to.equal('sink-unreachable');
  });

  it('notices in the middle of a run that the source answers again', () => {
    expect(causeAfter(failures('source', 3), { kind: 'answered', peer: 'source' })).to.equal(undefined);
    expect(causeAfter(failures('source', 3), page)).to.equal(undefined);
    expect(causeAfter(failures('source', 3), { kind: 'answered', peer: 'sink' })).to.equal('source-unreachable');
  });

  it('takes the sink as back with the first fully accepted request', () => {
    expect(causeAfter(failures('sink', 3), { ...request, outcome: 'transient' })).to.equal('sink-unreachable');
    expect(causeAfter(failures('sink', 3), page)).to.equal('sink-unreachable');
    expect(causeAfter(failures('sink', 3), { ...request, outcome: 'accepted' })).to.equal(undefined);
  });

  it('stays paused until a window or a run is done', () => {
    const paused: Observation = { ...ended, outcome: 'paused', cause: 'quota', message: 'used up' };
    expect(causeAfter(paused, { kind: 'run-started', runId: '1' }, page, { ...request, outcome: 'accepted' })).to.equal(
      'quota',
    );
    expect(causeAfter(paused, { kind: 'run-started', runId: '1' }, windowDone)).to.equal(undefined);
    expect(causeAfter(paused, { ...ended, outcome: 'stopped' })).to.equal('quota');
    expect(causeAfter(paused, { ...ended, outcome: 'done' })).to.equal(undefined);
  });

  it('remembers the pause when the next run fails, until a window is done', () => {
    const monitor = new PipelineMonitor({ settleMs: 0 }, { now: () => NOW });
    monitor.observe({ ...ended, outcome: 'paused', cause: 'quota', message: 'used up' });
    monitor.observe({ ...ended, outcome: 'failed', message: 'the disk is full' });
    expect(monitor.pause).to.equal('quota');
    expect(monitor.trouble?.cause).to.equal('run-failed');
    monitor.observe(windowDone);
    expect(monitor.pause).to.equal(undefined);
    expect(monitor.trouble?.cause).to.equal('run-failed');
  });

  it('remembers the pause while a peer is unreachable', () => {
    const paused: Observation = { ...ended, outcome: 'paused', cause: 'quota', message: 'used up' };
    expect(causeAfter(paused, failures('source', 3))).to.equal('source-unreachable');
    expect(causeAfter(paused, failures('source', 3), page)).to.equal('quota');
  });

  it('distinguishes a failed run from a bug', () => {
    expect(causeAfter({ ...ended, outcome: 'failed', message: 'the disk is full' })).to.equal('run-failed');
    expect(causeAfter({ ...ended, outcome: 'bug', message: 'TypeError' })).to.equal('bug');
  });

  describe('of a pipeline that several processes share', () => {
    const binding = { source: { description: 's', fingerprint: 's' }, start: 'beginning', handover: NOW } as const;
    const unfinished = { ...EMPTY_STATE, binding };

    function aMonitor(): PipelineMonitor {
      const monitor = new PipelineMonitor({ settleMs: 0 }, { now: () => NOW });
      monitor.restore(unfinished, ['tick']);
      return monitor;
    }

    it('is in no trouble while another process runs the first backfill, or it waits for a turn', () => {
      const monitor = aMonitor();
      expect(monitor.trouble?.cause).to.equal('first-backfill-interrupted');
      monitor.scheduled({ kind: 'elsewhere' });
      expect(monitor.trouble).to.equal(undefined);
      expect(monitor.isElsewhere).to.equal(true);
      monitor.scheduled({ kind: 'due' });
      expect(monitor.trouble).to.equal(undefined);
      monitor.scheduled({ kind: 'idle' });
      expect(monitor.trouble?.cause).to.equal('first-backfill-interrupted');
    });

    it('forgets its own failure when another process has run the pipeline', () => {
      const monitor = aMonitor();
      monitor.observe({ ...ended, outcome: 'failed', message: 'the disk is full' });
      const lastRun = { at: NOW + 1, outcome: 'done' } as const;
      monitor.restore({ ...unfinished, backfilled: ['tick'], lastRun }, ['tick'], { ranElsewhere: true });
      expect(monitor.trouble).to.equal(undefined);
      expect(monitor.lastSuccess).to.equal(NOW + 1);
      const failed = { at: NOW + 2, outcome: 'failed', error: 'no network' } as const;
      monitor.restore({ ...unfinished, backfilled: ['tick'], lastRun: failed }, ['tick'], { ranElsewhere: true });
      expect(monitor.trouble).to.deep.equal({ cause: 'run-failed', message: 'no network', since: NOW + 2 });
    });

    it('is unhealthy while the scheduler does not answer', () => {
      const monitor = aMonitor();
      monitor.scheduled({ kind: 'due' });
      monitor.scheduled({ kind: 'failing', message: 'no connection' });
      expect(monitor.trouble).to.include({ cause: 'scheduler-unreachable', message: 'no connection' });
      monitor.scheduled({ kind: 'due' });
      expect(monitor.trouble).to.equal(undefined);
    });
  });

  it('restores what earlier processes left in the state', () => {
    const monitor = new PipelineMonitor({ settleMs: 0 }, { now: () => NOW });
    const pause = { cause: 'drift', message: 'a column is missing', since: NOW - 1000 } as const;
    monitor.restore({ ...EMPTY_STATE, pause, openDeadLetters: 3, lastRun: { at: NOW - 1000, outcome: 'paused' } }, []);
    expect(monitor.trouble).to.deep.equal(pause);
    expect(monitor.pause).to.equal('drift');
    expect(monitor.openDeadLetters).to.equal(3);
    expect(monitor.lastSuccess).to.equal(undefined);
  });
});
