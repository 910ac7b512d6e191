import { held, untold, type Assumption } from './assumption.js';
import { eventsOf, rowCount, seenAnswer } from './judging.js';
import { wordOf, type Lab } from './lab.js';

const LARGE_BYTES = 2_000_000;
const NO_ROUTE = 'the host has no route for large AI events';

function anAiEvent(lab: Lab, id: string, properties: Record<string, string> = {}) {
  return lab.event(id, { event: '$ai_span', properties: { $ai_trace_id: lab.run, $ai_span_name: id, ...properties } });
}

/** How PostHog takes AI events. Of `$ai_span`, which has no costs. */
export const AI_ASSUMPTIONS: readonly Assumption[] = [
  {
    id: 'small-ai-event',
    says: 'The ordinary route takes AI events.',
    probe: async (lab) => {
      const event = anAiEvent(lab, 'small-ai-event');
      const answer = await lab.v0([event]);
      lab.expected.add(event.uuid);
      return rowCount(event.uuid, 1, answer);
    },
  },
  {
    id: 'large-ai-event-v0',
    says: '`/i/v0/ai/batch/` takes an AI event of 2 MB.',
    probe: async (lab) => {
      const event = anAiEvent(lab, 'large-ai-event-v0', { $ai_input_state: 'x'.repeat(LARGE_BYTES) });
      const answer = await lab.v0([event], { route: 'ai' });
      if (answer.status === 404) return () => untold(NO_ROUTE);
      lab.expected.add(event.uuid);
      return rowCount(event.uuid, 1, answer);
    },
  },
  {
    id: 'large-ai-event-v1',
    says: '`/i/v1/ai/events` takes an AI event of 2 MB.',
    probe: async (lab) => {
      const event = anAiEvent(lab, 'large-ai-event-v1', { $ai_input_state: 'x'.repeat(LARGE_BYTES) });
      const answer = await lab.v1([event], 'ai');
      if (answer.status === 404) return () => untold(NO_ROUTE);
      lab.expected.add(event.uuid);
      const { result, details } = wordOf(answer, event.uuid);
      return (stored) => {
        const isStored = eventsOf(stored, event.uuid).length > 0;
        const seen = `${result} ${details}`.trim() + (isStored ? '' : '; not stored');
        return isStored || stored.isComplete ? held(isStored, seen) : untold(seen);
      };
    },
  },
  {
    id: 'ai-route-takes-nothing-else',
    says: 'The route for large AI events refuses events of other names.',
    probe: async (lab) => {
      const event = lab.event('ai-route-takes-nothing-else');
      const answer = await lab.v0([event], { route: 'ai' });
      if (answer.status === 404) return () => untold(NO_ROUTE);
      return () => held(answer.status === 400, seenAnswer(answer));
    },
  },
];
