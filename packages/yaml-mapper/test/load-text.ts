import { readFileSync } from 'node:fs';
import type { JsonValue } from '@sluice/core/adapter';
import type { LoadedMapping, MappingContext, MapResult } from '@sluice/core/config';
import type { EventSchema } from '@sluice/core/sink';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { langfuseStreams } from './langfuse-streams.js';
import { mixpanelSchema } from './mixpanel-schema.js';
import { posthogSchema, VOCABULARY } from './posthog-schema.js';

export function aContext(more: Partial<MappingContext> = {}): MappingContext {
  return {
    streamsOf: (type) => (type === 'langfuse-postgres' ? langfuseStreams : undefined),
    eventSchemaOf: (type) => (type === 'jsonl' ? 'any' : ownSchema(type)),
    knownSources: ['langfuse-postgres'],
    knownSinks: ['posthog', 'mixpanel', 'jsonl'],
    redactor: { add: () => undefined },
    readFile: (path) => readFileSync(path, 'utf8'),
    ...more,
  };
}

function ownSchema(type: string): EventSchema | undefined {
  if (type === 'posthog') return posthogSchema;
  return type === 'mixpanel' ? mixpanelSchema : undefined;
}

/** Loads `/m/main.yaml`, with the other files beside it. */
export function loadFiles(files: Readonly<Record<string, string>>, more: Partial<MappingContext> = {}): LoadedMapping {
  const readFile = (path: string): string => {
    const text = files[path.replace('/m/', '')];
    if (text === undefined) throw new Error('no such file');
    return text;
  };
  return createYamlMappingLanguage().load({ file: '/m/main.yaml' }, aContext({ readFile, ...more }));
}

const HEADER = `sluice: 1
mapping: m
source: langfuse-postgres
sink: posthog
identity: { accepts: [timestamp], because: tested }
personalData: { allows: [trace.user_id, trace.metadata], because: tested }
`;
const EVENT = `events:
  - event: e
    from: trace
    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)
    distinct_id: event.uuid
    timestamp: timestamp
    properties:
      u: trace.user_id
      m: trace.metadata.a
`;

const DECLARED = `vocabulary: ${JSON.stringify({ properties: VOCABULARY }).replaceAll('"', '').replaceAll(':', ': ')}`;

/** A valid mapping with one event, with lines added to its properties. */
export function aMapping(lines: string, params = ''): string {
  return `${HEADER}${params}${EVENT}${lines.replaceAll(/(^|\n)(?=[^\n])/gu, '$1      ')}\n${DECLARED}\n`;
}

/** Maps one record of the first stream. Missing fields are null. */
export function mapRecord(loaded: LoadedMapping, record: Readonly<Record<string, JsonValue>>, stream = 0): MapResult {
  const mapper = loaded.mapper?.streams[stream];
  if (mapper === undefined) throw new Error(JSON.stringify(loaded.problems, undefined, 1));
  return mapper.map(mapper.fields.map(({ field, path = [] }) => record[[field, ...path].join('/')] ?? null));
}

/** The value of a property with this expression. */
export function evaluate(expression: string, record: Readonly<Record<string, JsonValue>> = {}): JsonValue | undefined {
  const result = mapRecord(loadFiles({ 'main.yaml': aMapping(`x: ${JSON.stringify(expression)}`) }), {
    id: 't',
    timestamp: 0,
    ...record,
  });
  if (result.kind !== 'events') throw new Error(JSON.stringify(result));
  const properties = result.events[0]?.['properties'] as Readonly<Record<string, JsonValue>>;
  return properties['x'];
}
