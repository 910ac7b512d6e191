import type { CheckedMapping } from '../check/checked-mapping.js';
import { comparableEvents, type ComparableEvent } from './comparable-event.js';
import { compareFields } from './compare-fields.js';
import { Fingerprints } from './fingerprint.js';
import type { ConditionDifference, EventDifference, MappingDifference } from './mapping-difference.js';
import { pairEvents } from './pair-events.js';

/** What the second mapping changes for readers of the first one's events. */
export function compareMappings(before: CheckedMapping, after: CheckedMapping): MappingDifference {
  const fingerprints = new Fingerprints();
  const pairs = pairEvents(comparableEvents(before, fingerprints), comparableEvents(after, fingerprints));
  const events = pairs.flatMap((pair) => {
    if (pair.before === undefined) return pair.after === undefined ? [] : [whole('added', pair.after)];
    return pair.after === undefined ? [whole('removed', pair.before)] : (compareEvents(pair.before, pair.after) ?? []);
  });
  return {
    events,
    breaking: events.some(({ breaking }) => breaking),
    changesIdentity: events.some(({ identity }) => identity.length > 0),
  };
}

function whole(kind: 'added' | 'removed', { described }: ComparableEvent): EventDifference {
  const { event, from } = described;
  return { kind, event, from, conditions: [], fields: [], identity: [], breaking: kind === 'removed' };
}

function compareEvents(before: ComparableEvent, after: ComparableEvent): EventDifference | undefined {
  const [old, { event, from }] = [before.described, after.described];
  const isRenamed = old.event !== event;
  const conditions = compareConditions(before, after);
  const fields = compareFields(before, after);
  if (!isRenamed && conditions.length === 0 && fields.length === 0) return undefined;
  const other = after.identity.filter(
    (field) => before.fields.get(field)?.fingerprint !== after.fields.get(field)?.fingerprint,
  );
  return {
    kind: isRenamed ? 'renamed' : 'changed',
    event,
    ...(isRenamed && { renamedFrom: old.event }),
    from,
    conditions,
    fields,
    identity: [...(isRenamed ? ['event'] : []), ...other],
    breaking: isRenamed || [...conditions, ...fields].some(({ breaking }) => breaking),
  };
}

/** An additional condition yields fewer events, which breaks counts; a removed one yields more. */
function compareConditions(before: ComparableEvent, after: ComparableEvent): readonly ConditionDifference[] {
  const differences: ConditionDifference[] = [];
  const add = (what: ConditionDifference['what'], kind: 'added' | 'removed', text: string, breaking: boolean) =>
    differences.push({ kind, what, text, breaking });
  const [old, { from }] = [before.described, after.described];
  if (old.from !== from) {
    add('from', 'removed', old.from, true);
    add('from', 'added', from, true);
  }
  if (before.each?.fingerprint !== after.each?.fingerprint) {
    if (before.each) add('each', 'removed', before.each.text, true);
    if (after.each) add('each', 'added', after.each.text, true);
  }
  // The same events, at another time.
  if (before.final?.fingerprint !== after.final?.fingerprint) {
    if (before.final) add('final', 'removed', before.final.text, false);
    if (after.final) add('final', 'added', after.final.text, false);
  }
  const has = ({ conditions }: ComparableEvent, wanted: string) =>
    conditions.some(({ fingerprint }) => fingerprint === wanted);
  for (const { text, fingerprint } of before.conditions)
    if (!has(after, fingerprint)) add('when', 'removed', text, false);
  for (const { text, fingerprint } of after.conditions) if (!has(before, fingerprint)) add('when', 'added', text, true);
  return differences;
}
