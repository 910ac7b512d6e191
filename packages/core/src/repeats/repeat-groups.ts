import type { EventDescription } from '../contracts/event-description.js';
import { repeatRuleOf, type RepeatRule, type Repeats } from '../contracts/repeats.js';

/** Events of a pipeline that its sink treats alike when they are sent again. */
export interface RepeatGroup extends RepeatRule {
  /** Their names, in the mapping's order; absent: every event of the mapping, by the rule for any event. */
  readonly events?: readonly string[];
}

/** What a sink does with repeats of the events that a mapping makes: one group for each rule, and one for none. */
export function repeatGroups(repeats: Repeats, events: readonly EventDescription[]): readonly RepeatGroup[] {
  const usual = ruleOnly(repeats);
  const groups = new Map<string, { readonly rule: RepeatRule; readonly names: Set<string> }>();
  for (const { event } of events) {
    const rule = ruleOnly(repeatRuleOf(repeats, event));
    const id = JSON.stringify(rule);
    const group = groups.get(id) ?? { rule, names: new Set() };
    group.names.add(event);
    groups.set(id, group);
  }
  const isUsual = [...groups.keys()].every((id) => id === JSON.stringify(usual));
  if (isUsual) return [usual];
  return [...groups.values()].map(({ rule, names }) => ({ ...rule, events: [...names] }));
}

function ruleOnly({ effect, withinMs, where }: RepeatRule): RepeatRule {
  return { effect, ...(withinMs !== undefined && { withinMs }), ...(where !== undefined && { where }) };
}
