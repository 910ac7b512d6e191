import type { JsonValue } from '@sluice/core';
import type { Catalogue, CatalogueEvent, CatalogueField } from './catalogue.js';

const TYPES: Readonly<Record<CatalogueField['type'], string>> = {
  text: 'string',
  number: 'number',
  boolean: 'boolean',
  timestamp: 'string',
  'text[]': 'readonly string[]',
  json: 'unknown',
  null: 'null',
};

/** TypeScript types of the events, one interface each and the union of all. */
export function catalogueTypes(catalogue: Catalogue): string {
  const names = typeNames(catalogue.events);
  const interfaces = catalogue.events.map((event, index) => interfaceOf(event, names[index] ?? ''));
  const { mapping } = catalogue;
  const union = `${mapping === undefined ? 'Mapping' : pascal(mapping)}Event`;
  const free = names.includes(union) ? `Any${union}` : union;
  return [
    `// The events of ${mapping ?? 'a mapping'}, written by \`sluice docs --types\`.`,
    ...interfaces,
    `/** Any event of the mapping. */\nexport type ${free} = ${names.length === 0 ? 'never' : names.join(' | ')};`,
    '',
  ].join('\n\n');
}

function interfaceOf({ event, doc, fields }: CatalogueEvent, name: string): string {
  const groups = [...new Set(fields.map(({ within }) => within))];
  const lines = groups.flatMap((group) => {
    const own = fields.filter(({ within }) => within === group);
    if (group === undefined) return own.flatMap((field) => memberLines(field, '  '));
    const optional = own.every(({ omitted }) => omitted) ? '?' : '';
    return [`  readonly ${key(group)}${optional}: {`, ...own.flatMap((field) => memberLines(field, '    ')), '  };'];
  });
  const comment = comments(doc === undefined ? [] : [doc], '');
  return [...comment, `export interface ${name} {`, `  readonly event: ${literal(event)};`, ...lines, '}'].join('\n');
}

function memberLines(field: CatalogueField, indent: string): readonly string[] {
  const { name, type, unit, nullable, omitted, meaning, constant } = field;
  const unitText = unit === undefined ? [] : [`Unit: ${unit}.`];
  const formatText = type === 'timestamp' ? ['ISO 8601 in UTC, with milliseconds.'] : [];
  const base = constant === undefined ? TYPES[type] : literal(constant);
  const isNullable = nullable && !omitted && base !== 'null' && base !== 'unknown';
  return [
    ...comments([...(meaning === undefined ? [] : [meaning]), ...unitText, ...formatText], indent),
    `${indent}readonly ${key(name)}${omitted ? '?' : ''}: ${base}${isNullable ? ' | null' : ''};`,
  ];
}

function comments(sentences: readonly string[], indent: string): readonly string[] {
  const text = sentences.join(' ').replaceAll(/\s+/gu, ' ').replaceAll('*/', '*∕').trim();
  return text === '' ? [] : [`${indent}/** ${text} */`];
}

function literal(value: JsonValue): string {
  if (Array.isArray(value)) return `readonly [${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, each]) => `readonly ${key(name)}: ${literal(each)}`);
    return `{ ${members.join('; ')} }`;
  }
  return JSON.stringify(value);
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/u.test(name) ? name : JSON.stringify(name);
}

/** `langfuse trace` as `LangfuseTrace`, each name once. */
function typeNames(events: readonly CatalogueEvent[]): readonly string[] {
  const names: string[] = [];
  for (const { event } of events) {
    const base = pascal(event);
    let name = base;
    for (let number = 2; names.includes(name); number += 1) name = `${base}${number}`;
    names.push(name);
  }
  return names;
}

function pascal(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/u).filter((word) => word !== '');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/u.test(name) ? name : `Event${name}`;
}
