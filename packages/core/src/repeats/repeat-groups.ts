import type { EventDescription } from '../contracts/event-description.js';
import { repeatRuleOf, type RepeatRule, type Repeats } from '../contracts/repeats.js';

/** Events of a pipeline that its sink treats alike when they are sent again. */
export interface RepeatGroup extends RepeatRule {
  /** Their names, in the mapping's order; absent: every event of the mapping. */
  readonly events?: readonly string[];
}

/** What a sink does with repeats of the events that a mapping makes: one group for each rule, and one for none. */
export function repeatGroups(repeats: Repeats, events: readonly EventDescription[]): readonly RepeatGroup[] {
  const groups = new Map<string, { readonly rule: RepeatRule; readonly names: Set<string> }>();
  for (const { event } of events) {
    const { effect, withinMs } = repeatRuleOf(repeats, event);
    const id = `${effect} ${withinMs}`;
    const group = groups.get(id) ?? { rule: { effect, ...(withinMs !== undefined && { withinMs }) }, names: new Set() };
    group.names.add(event);
    groups.set(id, group);
  }
  const all = [...groups.values()];
  const [first] = all;
  if (first === undefined) {
    const { effect, withinMs } = repeats;
    return [{ effect, ...(withinMs !== undefined && { withinMs }) }];
  }
  return all.length === 1 ? [first.rule] : all.map(({ rule, names }) => ({ ...rule, events: [...names] }));
}
