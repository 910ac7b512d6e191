/**
 * What a destination does with an event that it has received before: one whose identity is the same (`EventSchema.identity`;
 * for a sink that takes any event, its name and uuid).
 *
 * - `replace`: the newer body takes the place of the older one. A changed record is corrected, a repeat is harmless.
 * - `ignore`: the first body stays. A changed record is **not** corrected, a repeat is harmless.
 * - `add`: both are kept. A changed record and a repeat count twice.
 */
export type RepeatEffect = 'replace' | 'ignore' | 'add';

/** What happens to an event that is sent again, and for how long. */
export interface RepeatRule {
  readonly effect: RepeatEffect;
  /** How long the destination remembers an event, in milliseconds; a later repeat is added. Absent: without limit. */
  readonly withinMs?: number;
  /** For `add`: where a repeat counts again, if not everywhere: `on its pages of orders`. Part of a sentence for people. */
  readonly where?: string;
}

/** The rule of a sink, and those of the events that differ from it. */
export interface Repeats extends RepeatRule {
  readonly byEvent?: Readonly<Record<string, RepeatRule>>;
}

/** The rule for events with a name. */
export function repeatRuleOf(repeats: Repeats, event: string): RepeatRule {
  const { byEvent = {} } = repeats;
  return (Object.hasOwn(byEvent, event) ? byEvent[event] : undefined) ?? repeats;
}
