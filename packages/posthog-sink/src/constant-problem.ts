import type { ConstantProblem } from '@sluice/core/sink';
import { distinctIdOf } from './distinct-id.js';
import { hyphenatedUuid, nameProblem } from './event-problem.js';
import { isKnownName, nearestName } from './known-names.js';
import { propertyName } from './reserved-names.js';

/** `$groups.company`, `$group_company`. */
const GROUP = /^\$groups?[./:_](?!(?:\d|key|set|type)$)(?<type>.+)$/u;

/** Pure: what becomes of a text that stands in a mapping itself, for lint. */
export function constantProblem(field: string, text: string): ConstantProblem | undefined {
  switch (field) {
    case 'event': {
      const problem = nameProblem(text);
      if (problem !== undefined) return { kind: 'refused', message: problem.detail, help: 'give it another name' };
      return unknownName('event', text);
    }
    case 'distinct_id':
      return distinctIdProblem(text);
    case 'session_id':
      if (hyphenatedUuid(text) !== undefined) return undefined;
      return changed(`\`${text}\` is not a hyphenated UUID, so no session id is sent`, 'remove it, or write a UUID');
    case 'properties': {
      const sent = propertyName(text);
      if (sent === text) return groupProblem(text) ?? unknownName('property', text);
      return changed(
        `PostHog reads \`${text}\` as an instruction, so it is sent as \`${sent}\``,
        text === '$set' || text === '$set_once'
          ? `use the field \`${text.slice(1)}\` of the event`
          : `rename it to \`${sent}\``,
      );
    }
    case 'set':
    case 'set_once':
      return unknownName('person property', text);
    default:
      return undefined;
  }
}

function distinctIdProblem(text: string): ConstantProblem | undefined {
  const sent = distinctIdOf(text);
  if (sent === text) return undefined;
  if (sent === undefined) {
    return changed(
      `PostHog treats \`${text}\` as nobody's id, so the event is sent without a user`,
      'write event.uuid in its place, with `anonymous: true` for such events',
    );
  }
  return changed(`the distinct id is sent as \`${sent}\``, 'write that, or a shorter one');
}

/** Spellings of a group that PostHog stores as properties of that name. */
function groupProblem(text: string): ConstantProblem | undefined {
  const type = GROUP.exec(text)?.groups?.['type'];
  if (type !== undefined) {
    return {
      kind: 'unread',
      message: `PostHog does not read \`${text}\` as a group: it becomes a property of that name`,
      help: `write \`groups: { ${/^\w+$/u.test(type) ? type : `'${type}'`}: … }\` in the event`,
    };
  }
  if (!/^\$group_[0-4]$/u.test(text)) return undefined;
  return {
    kind: 'unread',
    message: `PostHog sets \`${text}\` itself, and which type of group has the number differs between projects`,
    help: 'write `groups: { company: … }` in the event, with the type of the group',
  };
}

/** A name that looks like PostHog's and is not. */
function unknownName(kind: Parameters<typeof isKnownName>[0], text: string): ConstantProblem | undefined {
  if (isKnownName(kind, text)) return undefined;
  const near = nearestName(kind, text);
  return {
    kind: 'unread',
    message: `PostHog has no ${kind} \`${text}\`; names that begin with $ are reserved for it`,
    help: near === undefined ? `write it without the $: \`${text.replace(/^\$+/u, '')}\`` : `did you mean \`${near}\`?`,
  };
}

function changed(message: string, help: string): ConstantProblem {
  return { kind: 'changed', message, help };
}
