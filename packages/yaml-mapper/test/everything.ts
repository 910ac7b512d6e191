import { FUNCTIONS } from '@sluice/yaml-mapper';
import { aMapping } from './load-text.js';

const lines = [
  "path: trace.metadata['a'].b[0]",
  "proto: trace.metadata.__proto__['constructor']",
  'json: metadata',
  "arithmetic: '-latency * 2 / 3 % 2 + latency - abs(latency)'",
  'choice: "public && latency > 1 || !public ? name : trace.name ?? id"',
  'compare: "name < \'b\' || timestamp >= updated_at || tags == trace.tags || metadata == trace.metadata"',
  "list: \"[id, name ?? 'none', 'x']\"",
  'at: tags[1]',
  "links: { url: 'https://x/{name}/{latency}/{public}', when: name != null }",
  'table: { value: name, enum: { a: 1, b: null }, else: latency, unit: s }',
  'omitted: { value: name, omitNull: true }',
  'constant: { const: { a: [1, null, "x"] } }',
  'moment: updated_at',
  'again: event.timestamp',
  "langfuse_latency: convert(convert(latency, 'ms'), 's')",
  'langfuse_cost_usd: { value: number(metadata.cost), unit: usd }',
  'langfuse_score_value: observation_count',
  'langfuse_trace_name: trace.metadata.name',
  "replaced: replace(name, 'a', name)",
  'part: substring(name, observation_count, observation_count * 2)',
  'between: secondsBetween(timestamp, updated_at)',
  "joined: join(split(name, ''), name)",
];

/** A mapping that uses the whole language: every operator, directive and function. */
export const EVERYTHING = aMapping(
  [...lines, ...[...FUNCTIONS.values()].map(({ name, example: [call] }) => `fn_${name}: ${JSON.stringify(call)}`)].join(
    '\n',
  ),
  'params: { salt: { type: secret }, langfuseUrl: { type: url, default: "https://x.example" } }\n',
)
  .replace(
    '    distinct_id: event.uuid',
    '    each: tags\n    when: name != \'skip\'\n    distinct_id: trace.user_id ?? event.uuid\n    session_id: trace.metadata.session\n    anonymous: trace.user_id == null\n    set: { url: { url: "{langfuseUrl}/{name}" }, name: name }\n    groups: { company: trace.metadata.company, size: latency, public: public }',
  )
  .replace(', id)', ", concat(id, '-', item))")
  .replace('accepts: [timestamp]', 'accepts: [timestamp, trace.user_id]')
  .replace('trace.metadata]', 'trace.metadata, metadata]');
