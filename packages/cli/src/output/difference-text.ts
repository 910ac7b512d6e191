import type {
  CatalogueField,
  ConditionDifference,
  EventDifference,
  FieldDifference,
  MappingDifference,
} from '@sluice/yaml-mapper';
import { styled, theme } from '../terminal/theme.js';

/** One line of the difference of an event: a mark, the subject, and the change. */
interface Line {
  readonly mark: '+' | '-' | '~';
  readonly subject: string;
  readonly text: string;
  readonly breaking: boolean;
}

const STYLES = { '+': 'ok', '-': 'bad', '~': 'warning', '→': 'warning' } as const;

/** What a mapping would change, for a review before it is merged. */
export function differenceText({ events, breaking, changesIdentity }: MappingDifference): string {
  if (events.length === 0) return 'No event changes.\n';
  const parts = events.map((event) => eventText(event));
  const ends = [
    breaking
      ? theme.bad('Breaking: whatever reads these events must be adapted.')
      : 'Not breaking: whatever reads these events still works.',
    ...(changesIdentity
      ? identityLines(events)
      : ['No identity changes: an event that is sent again replaces the one that was sent.']),
  ];
  return `${parts.join('\n')}\n${ends.join('\n')}\n`;
}

function eventText(event: EventDifference): string {
  const { kind, event: name, sink, renamedFrom, from, breaking } = event;
  const mark = { added: '+', removed: '-', renamed: '→', changed: '~' } as const;
  const title = renamedFrom === undefined ? name : `${renamedFrom} → ${name}`;
  const word = { added: `new, from ${from}`, removed: 'removed', renamed: 'renamed', changed: 'changed' }[kind];
  const heading = `${styled(STYLES[mark[kind]], mark[kind])} ${theme.name(title)}  ${word}${sink === undefined ? '' : ` in ${sink}`}${breakingText(breaking && kind !== 'changed')}`;
  const lines = [...event.conditions.map(conditionLine), ...event.fields.map(fieldLine)];
  const width = Math.max(0, ...lines.map(({ subject }) => subject.length));
  const details = lines.map(
    (line) =>
      `    ${styled(STYLES[line.mark], line.mark)} ${line.subject.padEnd(width)}  ${line.text}${breakingText(line.breaking)}`,
  );
  return `${[heading, ...details].join('\n')}\n`;
}

function breakingText(breaking: boolean): string {
  return breaking ? `  ${theme.bad('(breaking)')}` : '';
}

function conditionLine({ kind, what, text, breaking }: ConditionDifference): Line {
  return { mark: kind === 'added' ? '+' : '-', subject: what, text, breaking };
}

function fieldLine({ kind, path, before, after, aspects, breaking }: FieldDifference): Line {
  const base = { subject: path, breaking };
  if (kind === 'added' && after) return { ...base, mark: '+', text: `${typeText(after)}: ${after.expression}` };
  if (kind === 'removed' && before) return { ...base, mark: '-', text: `${typeText(before)}: ${before.expression}` };
  const changes: string[] = [];
  if (before && after) {
    const [was, is] = [typeText(before), typeText(after)];
    if (was !== is) changes.push(`${was} → ${is}`);
    if (aspects.includes('meaning')) changes.push(meaningText(before, after));
  }
  return { ...base, mark: '~', text: changes.join('; ') };
}

function meaningText({ expression: was }: CatalogueField, { expression: is }: CatalogueField): string {
  return was === is ? `${is}, a part of which has changed` : `${was} → ${is}`;
}

function typeText({ type, unit, nullable, omitted }: CatalogueField): string {
  const nulls = omitted ? ' or absent' : ' or null';
  return `${type}${unit === undefined ? '' : ` in ${unit}`}${nullable ? nulls : ''}`;
}

function identityLines(events: readonly EventDifference[]): readonly string[] {
  return events.flatMap(({ event, identity }) =>
    identity.length === 0
      ? []
      : [
          `The identity of "${event}" changes (${identity.join(', ')}): a record that was sent before becomes a second event when it is sent again.`,
        ],
  );
}
