import type { JsonValue } from '@sluice/core/adapter';
import type { ChangedValue, StreamComparison } from '@sluice/yaml-mapper';
import { theme } from '../terminal/theme.js';
import { table } from './table.js';
import { counted, integer } from './words.js';

const MAX_VALUE = 60;

/** What both mappings made of real records. */
export function recordsText(streams: readonly StreamComparison[]): string {
  const heading = [
    'stream',
    'records',
    'events before',
    'events after',
    'filtered before',
    'filtered after',
    'changed events',
  ];
  const rows = streams.map(({ stream, records, events, filtered, changedEvents }) => [
    stream,
    ...[records, events.before, events.after, filtered.before, filtered.after, changedEvents].map(integer),
  ]);
  const failed = streams.flatMap(({ stream, failed: { before, after } }) =>
    before + after === 0 ? [] : [`${stream}: ${integer(before)} records failed before, ${integer(after)} after`],
  );
  const values = streams.flatMap(({ values: changed }) => changed.map((value) => valueText(value)));
  const ending =
    values.length === 0 ? ['All values that both mappings send are the same.'] : ['Values that differ:', ...values];
  return `\n${table([heading, ...rows])}\n\n${[...failed, ...ending].join('\n')}\n`;
}

function valueText({ event, path, changed, examples }: ChangedValue): string {
  const lines = examples.map(
    ({ key, before, after }) => `      ${theme.quiet(key)}: ${short(before)} → ${short(after)}`,
  );
  return [`  ${event}: ${path}, ${counted(changed, 'time')}`, ...lines].join('\n');
}

function short(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}
