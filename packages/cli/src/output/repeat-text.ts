import { addCounts, NO_COUNTS, type Counts } from '@sluice/core/state';
import type { LoadedPipeline } from '@sluice/sluice';
import { counted, integer } from './words.js';

/** What the destination does with an event that was sent before. */
export type RepeatRules = LoadedPipeline['repeats'];

/**
 * Why events may have been sent before, over all streams, and what the destination does with them; undefined when there is
 * no such event. `resentEvents`: of failed requests; said where the destination adds what it has received before.
 */
export function repeatsText(streams: readonly Counts[], rules: RepeatRules, resentEvents = 0): string | undefined {
  const { repeats } = streams.reduce(addCounts, NO_COUNTS);
  const reasons = Object.entries(repeats).filter(([, count]) => count > 0);
  const counts = reasons.map(([reason, count]) => `${integer(count)} ${reason}`).join(', ');
  const isResent = resentEvents > 0 && rules.some(({ effect }) => effect === 'add');
  if (reasons.length === 0 && !isResent) return undefined;
  return [
    ...(reasons.length === 0 ? [] : [`repeats (events that may have been sent before): ${counts}`]),
    ...(isResent
      ? [`sent again after a failed request, which may have delivered some: ${counted(resentEvents, 'event')}`]
      : []),
    ...sentences(rules),
  ].join('\n');
}

/** A sentence a line: `jsonl adds an event that was sent before: it counts again`. */
export function sentences(rules: RepeatRules): readonly string[] {
  return rules.map(({ sentence }) => sentence);
}

/**
 * What became of the events of changed records where they replace nothing; undefined where they do. `verify` compares
 * keys, so it cannot know.
 */
export function changesText(changedEvents: number, rules: RepeatRules): string | undefined {
  const ignored = rules.filter(({ effect }) => effect === 'ignore');
  const added = rules.filter(({ effect }) => effect === 'add');
  if (ignored.length === 0 && (added.length === 0 || changedEvents === 0)) return undefined;
  const most = rules.length > 1 || ignored.some(({ withinMs }) => withinMs !== undefined) ? 'up to ' : '';
  const events = `${most}${counted(changedEvents, 'event')} of changed records`;
  const were = changedEvents === 1 ? 'was' : 'were';
  return [
    ...sentences([...ignored, ...added]),
    ...(ignored.length === 0
      ? []
      : [
          'Keys are compared, not contents: whether changed records arrived is not known' +
            (changedEvents === 0 ? '.' : `; ${events} ${were} sent without effect.`),
        ]),
    ...(ignored.length === 0 ? [`${events} ${were} sent, and count${changedEvents === 1 ? 's' : ''} again.`] : []),
  ].join('\n');
}
