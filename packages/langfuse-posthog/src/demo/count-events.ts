import type { DemoCounts } from '@sluice/core/preset';
import type { PosthogSimulator } from '@sluice/posthog-simulator';
import type { ExpectedEvents } from './expected-events.js';

/** What the database holds beside what arrived, by event name. Names of which there is nothing on either side are left out. */
export function countEvents(expected: readonly ExpectedEvents[], receiver: PosthogSimulator): readonly DemoCounts[] {
  const count = (events: readonly { readonly event: string }[], name: string) =>
    events.filter(({ event }) => event === name).length;
  const [received, distinct] = [receiver.received(), receiver.distinct()];
  return expected
    .map((each) => ({ ...each, received: count(received, each.event), distinct: count(distinct, each.event) }))
    .filter((each) => each.expected > 0 || each.received > 0);
}
