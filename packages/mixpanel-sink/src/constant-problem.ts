import type { ConstantProblem } from '@sluice/core/sink';
import { isInvalidId } from './invalid-ids.js';
import { nameProblem, propertyName } from './reserved-names.js';

/** Pure: what becomes of a text that stands in a mapping itself, for lint. */
export function constantProblem(field: string, text: string): ConstantProblem | undefined {
  switch (field) {
    case 'event': {
      const problem = nameProblem(text);
      return problem && { kind: 'refused', message: problem.detail, help: 'give it another name' };
    }
    case 'user': {
      if (!isInvalidId(text)) return undefined;
      const message = `Mixpanel treats \`${text}\` as nobody's id, so the event is sent without a user`;
      return { kind: 'changed', message, help: 'write null for an event without a user' };
    }
    case 'groups':
    case 'properties': {
      const sent = propertyName(text);
      if (sent === text) return undefined;
      const message = `Mixpanel reads \`${text}\` as an instruction, so it is sent as \`${sent}\``;
      return { kind: 'changed', message, help: `rename it to \`${sent}\`` };
    }
    default:
      return undefined;
  }
}
