import type { ConstantProblem } from '@sluice/core/sink';
import { distinctIdOf } from './distinct-id.js';
import { hyphenatedUuid, nameProblem } from './event-problem.js';
import { propertyName } from './reserved-names.js';

/** Pure: what becomes of a text that stands in a mapping itself, for lint. */
export function constantProblem(field: string, text: string): ConstantProblem | undefined {
  switch (field) {
    case 'event': {
      const problem = nameProblem(text);
      return problem && { kind: 'refused', message: problem.detail, help: 'give it another name' };
    }
    case 'distinct_id':
      return distinctIdProblem(text);
    case 'session_id':
      if (hyphenatedUuid(text) !== undefined) return undefined;
      return changed(`\`${text}\` is not a hyphenated UUID, so no session id is sent`, 'remove it, or write a UUID');
    case 'properties': {
      const sent = propertyName(text);
      if (sent === text) return undefined;
      return changed(
        `PostHog reads \`${text}\` as an instruction, so it is sent as \`${sent}\``,
        text === '$set' || text === '$set_once' ? 'use the field `set` of the event' : `rename it to \`${sent}\``,
      );
    }
    default:
      return undefined;
  }
}

function distinctIdProblem(text: string): ConstantProblem | undefined {
  const sent = distinctIdOf(text);
  if (sent === text) return undefined;
  if (sent === undefined) {
    return changed(
      `PostHog takes \`${text}\` for nobody's id, so the event is sent without a user`,
      'write event.uuid in its place, with `anonymous: true` for such events',
    );
  }
  return changed(`the distinct id is sent as \`${sent}\``, 'write that, or a shorter one');
}

function changed(message: string, help: string): ConstantProblem {
  return { kind: 'changed', message, help };
}
