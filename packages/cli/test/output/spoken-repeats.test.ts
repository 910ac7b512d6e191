import { NO_COUNTS, NO_REPEATS } from '@sluice/core/state';
import { expect } from 'chai';
import { backfillPlanAsJson, backfillPlanText } from '#src/output/backfill-plan-text.js';
import type { RepeatRules } from '#src/output/repeat-text.js';
import { runSummary } from '#src/output/run-summary.js';
import { rewindText } from '#src/output/state-text.js';
import { verificationText } from '#src/output/verification-text.js';

const ADDS = 'lines adds an event that was sent before: it counts again';
const RULES: RepeatRules = [{ effect: 'add', sentence: ADDS }];
const IGNORES: RepeatRules = [{ effect: 'ignore', withinMs: 86_400_000, events: ['a'], sentence: 'first ignores' }];

const plan = { from: 0, until: 1, createdBefore: 1, isResumed: false, streams: [] };
const stream = {
  stream: 'note',
  compared: { from: 0, until: 1 },
  sourceRecords: 1,
  delivered: 1,
  filtered: 0,
  deadLettered: 0,
  held: 0,
  differences: [],
  changedEvents: 10,
};

describe('what a destination does with repeats', () => {
  it('is said in the plan of a backfill, for people and programs', () => {
    expect(backfillPlanText('p', plan, RULES)).to.contain(`What was sent before: ${ADDS}.`);
    expect(backfillPlanAsJson(plan, IGNORES)).to.deep.include({
      repeats: [{ effect: 'ignore', withinSeconds: 86_400, events: ['a'] }],
    });
  });

  it('is said before a rewind', () => {
    expect(rewindText('p', { revision: 1, to: 'start', streams: [], droppedDeadLetters: 0 }, RULES)).to.contain(ADDS);
  });

  it('is said by verify where changes are not certain to have arrived, and before a repair', () => {
    const verification = { streams: [stream], openDeadLetters: 0 };
    expect(verificationText(verification, IGNORES)).to.contain(
      'up to 10 events of changed records were sent without effect',
    );
    expect(verificationText(verification)).not.to.contain('changed records');
    const differs = { stream: 'note', hour: 0, source: 2, ledger: 1, kind: 'gap' } as const;
    const differing = { streams: [{ ...stream, differences: [differs] }], openDeadLetters: 0 };
    expect(verificationText(differing, RULES)).to.contain(
      `--repair exports every record of these hours again: ${ADDS}`,
    );
  });

  it('is said in the summary of a run with repeats, which also says what is held', () => {
    const counts = { ...NO_COUNTS, read: 1, mapped: 1, produced: 1, accepted: 1 };
    const report = {
      runId: 'r',
      pipeline: 'p',
      startedAt: 0,
      durationMs: 1,
      streams: { note: { ...counts, repeats: { ...NO_REPEATS, changed: 1 } } },
      windows: 1,
      requests: 1,
      bytes: 1,
      deadLetters: 0,
      held: 2,
    };
    const text = runSummary({ report, outcome: 'done' }, { rules: RULES });
    expect(text).to.contain(`1 changed\n${ADDS}\n`);
    expect(text).to.contain('2 records held until final, or until the wait is over');
    expect(runSummary({ report: { ...report, held: 0 }, outcome: 'done' })).not.to.contain('held');
  });
});
