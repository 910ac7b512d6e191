import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FUNCTIONS, MAPPING_KEYS, PROBLEM_CODES } from '@sluice/yaml-mapper';
import { CONFIG_CODES } from '@sluice/core/config';

function shipped(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../configs/${path}`, import.meta.url)), 'utf8');
}

/** What the examples need of a base, and little more: it is checked again for every input. */
export const SMALL_BASE = `sluice: 1
source: langfuse-postgres
sink: posthog
params: { langfuseUrl: { type: url } }
identity: { accepts: [trace.user_id, timestamp], because: the user is the person }
personalData: { allows: [trace.user_id, comment], because: the users agreed }
shared:
  common:
    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', concat(project_id, '-', id))
    distinct_id: trace.user_id ?? event.uuid
    properties: { langfuse_tags: trace.tags }
events:
  - event: langfuse trace
    from: trace
    include: [common]
    timestamp: timestamp
    properties: { langfuse_url: { url: '{langfuseUrl}/traces/{id}' }, langfuse_latency: latency }
  - { event: langfuse score, from: score, include: [common], timestamp: timestamp, properties: { langfuse_score_comment: comment } }
vocabulary: { properties: { langfuse_latency: { type: number, unit: s } } }
`;

/** Every kind of value, over the fields of a trace. */
export const RICH = `sluice: 1
extends: base.yaml
params: { salt: { type: secret } }
events:
  - event: langfuse trace
    each: tags
    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', concat(project_id, '-', id, item))
    properties:
      whole: trace.metadata
      exact: text(trace.metadata.id)
      sum: number(trace.metadata.id) + round(latency, 2) / total_cost
      is_same: trace.metadata.a == trace.metadata.b
      part: substring(name, 1, 3)
      cents: convert(total_cost, 'cents')
      level: { value: trace.metadata.level, enum: { a: 1 }, else: 2 }
      who: pseudonym(trace.user_id, salt)
      seconds: secondsBetween(timestamp, updated_at)
${[...FUNCTIONS.keys()]
  .filter((name) => ['lower', 'upper', 'trim', 'length'].includes(name))
  .map((name) => `      f_${name}: ${name}(name)\n`)
  .join('')}`;

const examples = Object.values(PROBLEM_CODES).flatMap(({ wrong, right }) => [wrong, right]);

/** The shipped mapping, and the one for any sink that it extends. */
export const BASE = shipped('mappings/langfuse-posthog.yaml');
export const SHARED = shipped('mappings/langfuse.yaml');

const SEVERAL = `sluice: 1
source: langfuse-postgres
sink: [posthog, mixpanel]
identity: { accepts: [timestamp, trace.user_id], because: tested }
personalData: { allows: [trace.user_id], because: tested }
shared:
  common: { user: trace.user_id, session: session_id, groups: { team: release }, sinks: { posthog: { remove: [session, groups] } } }
events:
  - event: e
    from: trace
    include: [common]
    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)
    time: timestamp
    properties: { at: event.time, who: event.user }
    sinks:
      mixpanel: { event: Seen, omit: false, user: event.user ?? event.uuid, properties: { s: event.session } }
      posthog: { anonymous: public, set: { name: name } }
tests:
  - { name: a, sink: mixpanel, given: { user_id: a }, expect: [{ event: Seen, user: a }] }
`;

export const MAPPINGS: readonly string[] = [
  SHARED,
  SEVERAL,
  shipped('mappings/langfuse-posthog-extended.yaml'),
  RICH,
  'sluice: 1\nextends: m.yaml\n',
  'sluice: 1\nsource: langfuse-postgres\nsink: jsonl\nevents: [{ event: a, from: trace, uuid: id, when: name != null, a: tags }]\n',
  ...examples.map((example) => {
    const isTopLevel = Object.keys(MAPPING_KEYS).some((key) => example.startsWith(`${key}:`));
    const event = `events:\n  - event: langfuse trace\n    properties:\n${example.replaceAll(/^/gmu, '      ')}`;
    return `sluice: 1\nextends: base.yaml\n${isTopLevel ? example : event}\n`;
  }),
];

export const TESTS: readonly string[] = [
  shipped('mappings/langfuse-posthog.test.yaml'),
  shipped('mappings/langfuse-posthog-extended.test.yaml'),
];

/** Every option, some of them with what they may not have. */
const ALL_OPTIONS = `sluice: 1
pipeline: all-options
source:
  use: langfuse-postgres
  with:
    url: \${LANGFUSE_DATABASE_URL}
    projects: [a, b]
    frozen: finish
    pageSize: 500
    statementTimeoutSeconds: 30
    replicaDelaySeconds: 60
    lockTimeoutSeconds: 5
    connectTimeoutSeconds: 10
    maxConnections: 3
sink:
  use: posthog
  with:
    host: https://eu.i.posthog.com
    apiKey: \${POSTHOG_API_KEY}
    protocol: v1
    gzip: false
    shorten: [comment]
    allowInsecure: true
    connectTimeout: 5s
    requestTimeout: 30s
mapping: { extends: mappings/langfuse-posthog.yaml, remove: [langfuse score] }
params: { langfuseUrl: 'https://langfuse.example.com' }
schedule: { every: 1h }
start: 2026-01-31T09:30:00Z
settle: 30m
revisit: 24h
maxWindow: 1h
delivery: { maxEvents: 100, maxBytes: 1mb, maxInFlight: 2, maxEventsPerSecond: 50, maxDeadLetterShare: 5%, giveUpAfter: 10m }
deadLetters: { personalData: omit }
state: { use: file, with: { directory: .sluice } }
`;

export const PIPELINES: readonly string[] = [
  shipped('langfuse-to-posthog.yaml'),
  shipped('langfuse-to-jsonl.yaml'),
  ALL_OPTIONS,
  ...Object.values(CONFIG_CODES).flatMap(({ wrong, right }) =>
    [wrong, right].map((part) => `${shipped('langfuse-to-jsonl.yaml')}\n${part}\n`),
  ),
];

export const ENVIRONMENT_FILES: readonly string[] = [
  'LANGFUSE_DATABASE_URL=postgres://reader:tell-nobody-8@db/langfuse\r\nUSER_SALT="salt # \\"nobody\\""\n# note\nexport A=\'x\'\n',
  'A=1\nB = two words # note\nC="\n',
];
