import type { EventOutline, EventProblem } from '@sluice/core/sink';
import { GROUP_IDENTIFY } from './group-identify.js';

const WRITE_GROUPS = 'write `groups: { company: … }` in the event';

/** Pure: what becomes of an event because of the fields that its mapping sets, for lint. */
export function outlineProblems({ event, values, maps }: EventOutline): readonly EventProblem[] {
  const names = (field: string): readonly string[] => maps.get(field) ?? [];
  const problems: EventProblem[] = [];
  const isIdentify = event === GROUP_IDENTIFY;
  if (isIdentify) problems.push(...identifyProblems(names('groups'), names('properties')));
  else if (names('group_set').length > 0) {
    const message = '`group_set` is sent only with an event `$groupidentify`';
    const help = 'make a second event of the stream: `- event: $groupidentify`, with `groups` and `group_set`';
    problems.push({ kind: 'not-sent', field: 'group_set', message, help });
  }
  if (names('properties').includes('$groups')) {
    const message =
      names('groups').length > 0
        ? '`$groups` is not sent: the field `groups` takes its place'
        : 'PostHog links an event to groups only if `$groups` is a map of texts';
    problems.push({ kind: 'unread', field: 'properties', name: '$groups', message, help: WRITE_GROUPS });
  }
  if (values.get('anonymous')?.constant !== true || isIdentify) return problems;
  // `set` is inherited from the shipped mappings, and not sent where somebody wants no persons.
  for (const field of ['set_once', 'groups']) {
    if (names(field).length === 0) continue;
    const message = `\`${field}\` is not sent: the event is always anonymous, and PostHog then ${field === 'groups' ? 'links it to no group' : 'keeps no person'}`;
    const help = `write \`anonymous: false\` and a \`distinct_id\` that belongs to somebody, or remove \`${field}\``;
    problems.push({ kind: 'not-sent', field, message, help });
  }
  return problems;
}

function identifyProblems(groups: readonly string[], properties: readonly string[]): readonly EventProblem[] {
  if (groups.length === 1 || (groups.length === 0 && properties.includes('$group_key'))) return [];
  const [field, message, help] =
    groups.length === 0
      ? [undefined, 'an event `$groupidentify` needs the group that it identifies', WRITE_GROUPS]
      : ['groups', 'an event `$groupidentify` identifies one group', 'make one event for each type of group'];
  return [{ kind: 'refused', ...(field !== undefined && { field }), message, help }];
}
