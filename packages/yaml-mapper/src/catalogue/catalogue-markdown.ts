import type { JsonValue } from '@sluice/core/adapter';
import { ANY_SINK } from '../resolve/sink-target.js';
import type { Catalogue, CatalogueEvent, CatalogueField, CataloguePermission } from './catalogue.js';
import { markdownTable } from './markdown-table.js';

const HEADER = ['name', 'type', 'unit', 'can be null', 'meaning', 'from', 'example'];
const MAX_EXAMPLE = 60;

/** The catalogue as a Markdown page. */
export function catalogueMarkdown(catalogue: Catalogue): string {
  const { mapping, elsewhere = [] } = catalogue;
  const title = `# Events of ${mapping === undefined ? 'the mapping' : `\`${mapping}\``}`;
  const others = elsewhere.flatMap((other) => [`${title} in \`${other.sink}\``, ...sinkParts(other)]);
  return `${[title, ...sinkParts(catalogue), ...others].join('\n\n')}\n`;
}

/** The events as one sink gets them. */
function sinkParts(catalogue: Catalogue): readonly string[] {
  const { doc, sources, sink, events } = catalogue;
  const sinkText = sink === ANY_SINK ? 'any that takes standard events' : `\`${sink}\``;
  return [
    ...(doc === undefined ? [] : [doc.trim()]),
    `Source: \`${sources.join('` or `')}\`. Sink: ${sinkText}.`,
    ...events.flatMap(eventParts),
    '## Identity',
    identitySentence(catalogue),
    ...catalogue.identity.accepts.map((permission) =>
      permissionParagraph('Accepted although they can change', permission),
    ),
    '## Personal data',
    ...personalParts(catalogue),
  ];
}

function eventParts({ event, doc, from, each, when, final, fields }: CatalogueEvent): readonly string[] {
  const sources = each === undefined ? `\`${from}\` record` : `item of \`${each}\` in every \`${from}\` record`;
  const filters = when.map((condition) => code(condition)).join(' and ');
  const origin = `One event for every ${sources}${when.length === 0 ? '' : ` where ${filters}`}.`;
  const wait = final === undefined ? [] : [`A record is held until ${code(final.when)}, for ${final.within} at most.`];
  const groups = [...new Set(fields.map(({ within }) => within))];
  return [
    `## ${code(event)}`,
    [...(doc === undefined ? [] : [doc.trim()]), origin, ...wait].join(' '),
    ...groups.flatMap((group) => [
      ...(group === undefined ? [] : [`In ${code(group)}:`]),
      markdownTable([HEADER, ...fields.filter(({ within }) => within === group).map(row)]).trimEnd(),
    ]),
  ];
}

function row({ name, type, unit, nullable, omitted, meaning, expression, example }: CatalogueField): readonly string[] {
  const nulls = !nullable ? 'no' : omitted ? 'left out' : 'yes';
  return [code(name), type, unit ?? '', nulls, meaning ?? '', code(expression), exampleText(example)];
}

function exampleText(example: JsonValue | undefined): string {
  if (example === undefined) return '';
  const text = JSON.stringify(example);
  return code(text.length > MAX_EXAMPLE ? `${text.slice(0, MAX_EXAMPLE - 1)}…` : text);
}

function identitySentence({ identity, sink }: Catalogue): string {
  if (sink === ANY_SINK)
    return '`event` and `uuid` identify an event. What happens to an event that is sent again depends on the sink.';
  if (identity.fields.length === 0) return `\`${sink}\` keeps every event; \`event\` and \`uuid\` identify duplicates.`;
  const fields = identity.fields.map(({ field, precision }) =>
    precision === 'utcDay' ? `the UTC day of ${code(field)}` : code(field),
  );
  return `In \`${sink}\`, an event that is sent again is recognised if all of these are equal: ${fields.join(', ')}.`;
}

function permissionParagraph(what: string, { fields, because }: CataloguePermission): string {
  return `${what}: ${fields.map(code).join(', ')}. ${because}`.trim();
}

function personalParts({ events, personalData }: Catalogue): readonly string[] {
  const rows = events.flatMap(({ event, fields }) =>
    fields
      .filter(({ personal }) => personal.length > 0)
      .map(({ within, name, personal }) => [
        code(event),
        code(within === undefined ? name : `${within}.${name}`),
        personal.map(code).join(', '),
      ]),
  );
  if (rows.length === 0) return ['No personal data is exported.'];
  return [
    ...personalData.allows.map((permission) => permissionParagraph('Allowed', permission)),
    markdownTable([['event', 'where', 'personal data'], ...rows]).trimEnd(),
  ];
}

/** Inline code; the text may contain backticks. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}
