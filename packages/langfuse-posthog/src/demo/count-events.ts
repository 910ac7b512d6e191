import type { DemoCounts } from '@sluice/core/preset';
import type { ExpectedCounts } from '@sluice/langfuse-history';
import type { PosthogSimulator } from '@sluice/posthog-simulator';

export const KINDS = [
  { event: 'langfuse trace', stream: 'trace' },
  { event: 'langfuse generation', stream: 'generation' },
  { event: 'langfuse score', stream: 'score' },
] as const;

/** What the database holds beside what arrived, for each kind of event. */
export function countEvents(expected: ExpectedCounts, receiver: PosthogSimulator): readonly DemoCounts[] {
  const count = (events: readonly { readonly event: string }[], name: string) =>
    events.filter(({ event }) => event === name).length;
  return KINDS.map(({ event, stream }) => ({
    event,
    expected: expected[stream],
    received: count(receiver.received(), event),
    distinct: count(receiver.distinct(), event),
  }));
}
