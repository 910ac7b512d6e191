import type { ProblemCode } from '../contracts/problem-code.js';
import { FILE_CODES } from '../document/file-codes.js';

/** What can be wrong with a pipeline file or an environment file alone. The examples are parts of a pipeline file. */
export const CONFIG_CODES = {
  'invalid-option': {
    severity: 'error',
    title: 'an option has an invalid value',
    why: 'A value that is misread, such as 30 minutes as 30 milliseconds, does harm silently. Durations and sizes therefore need a unit.',
    fix: 'write a value of the kind that the message names',
    wrong: 'settle: 30',
    right: 'settle: 30m',
  },
  'unknown-type': {
    severity: 'error',
    title: 'unknown source, sink, state store or scheduler',
    why: '`use` names an adapter that ships with Sluice, or a package or file that is installed next to the pipeline file.',
    fix: 'correct the name, or install the package',
    wrong: 'sink: { use: posthogg }',
    right: "sink: { use: posthog, with: { apiKey: '${POSTHOG_API_KEY}' } }",
  },
  'state-not-shared': {
    severity: 'error',
    title: 'a scheduler for many machines with a state on one',
    why: 'With a scheduler, the next run can be in a process on another machine. Where the state is in local files, that process would export everything again.',
    fix: 'keep the state in a store that the machines share, or remove `scheduler`',
    wrong: "scheduler: { use: pg-boss, with: { url: '${LANGFUSE_DATABASE_URL}' } }",
    right:
      "scheduler: { use: pg-boss, with: { url: '${LANGFUSE_DATABASE_URL}' } }\nstate: { use: postgres, with: { url: '${LANGFUSE_DATABASE_URL}' } }",
  },
  'missing-variable': {
    severity: 'error',
    title: 'a variable has no value',
    why: 'The file uses a variable that is not set, or empty, in the environment. Sluice does not guess a value.',
    fix: 'set the variable, load it with `--env-file`, or give a default: `${NAME:-default}`',
    wrong: "params: { langfuseUrl: '${LANGFUSE_ADDRESS}' }",
    right: "params: { langfuseUrl: '${LANGFUSE_ADDRESS:-https://langfuse.example.com}' }",
  },
  'bad-variable': {
    severity: 'error',
    title: 'an invalid variable',
    why: '`$` must be followed by `{NAME}`, `{NAME:-default}` or `{file:PATH}`. Any other text would arrive changed. A mapping in the pipeline file has parameters instead.',
    fix: 'correct the variable, or write `$$` for a `$`',
    wrong: "params: { langfuseUrl: 'https://langfuse.example.com/${langfuse url}' }",
    right: "params: { langfuseUrl: 'https://langfuse.example.com/$${langfuse url}' }",
  },
  'quoted-variable': {
    severity: 'error',
    title: 'a variable whose value is in quotation marks',
    why: 'The quotation marks are part of the value of the variable, and no option expects them.',
    fix: 'remove the quotation marks where the variable is set',
    wrong: 'params: { langfuseUrl: \'${QUOTED}\' } # where QUOTED is "https://langfuse.example.com", with the marks',
    right: "params: { langfuseUrl: '${PLAIN}' } # where PLAIN is https://langfuse.example.com",
  },
  'withheld-field': {
    severity: 'error',
    title: 'the source withholds a field that the mapping reads',
    why: 'Some fields, such as the inputs and outputs of Langfuse, are read only if the pipeline file says so: they are long, and may contain anything.',
    fix: 'set the option of the source that the message names, or remove the field from the mapping',
    wrong:
      'mapping: { extends: mappings/langfuse-posthog.yaml, personalData: { allows: [input], because: prompts are reviewed }, events: [{ event: langfuse trace, properties: { input: input } }] }',
    right:
      "source: { use: langfuse-postgres, with: { url: '${LANGFUSE_DATABASE_URL}', content: include } }\nmapping: { extends: mappings/langfuse-posthog.yaml, personalData: { allows: [input], because: prompts are reviewed }, events: [{ event: langfuse trace, properties: { input: input } }] }",
  },
  'unset-field': {
    severity: 'warning',
    title: 'the mapping reads a field that the options of the source leave without values',
    why: 'Some fields have values only if an option says where they come from, such as the names of projects in ClickHouse.',
    fix: 'set the option of the source that the message names, or remove the field from the mapping',
    wrong:
      "source: { use: langfuse-clickhouse, with: { url: '${LANGFUSE_CLICKHOUSE_URL}' } }\nmapping: { extends: mappings/langfuse-posthog.yaml, events: [{ event: langfuse trace, properties: { project: project_name } }] }",
    right:
      "source: { use: langfuse-clickhouse, with: { url: '${LANGFUSE_CLICKHOUSE_URL}', projectNames: { cm4x0example: Support } } }\nmapping: { extends: mappings/langfuse-posthog.yaml, events: [{ event: langfuse trace, properties: { project: project_name } }] }",
  },
  'short-settle': {
    severity: 'warning',
    title: '`settle` is very short',
    why: 'A record that is written slowly, or by a machine whose clock is behind, appears late. It is missed if its window has already been read.',
    fix: 'use at least 1m; the default is 30m',
    wrong: 'settle: 5s',
    right: 'settle: 30m',
  },
  'cannot-hold': {
    severity: 'error',
    title: 'the mapping holds records that the source cannot read again',
    why: 'A record that `final` holds is read again by its key, until it is final or its wait is over. This source reads records by time only.',
    fix: 'remove `final` from the events, and set a longer `settle`',
    wrong:
      "source: { use: '@acme/orders-source' }\nmapping: { source: '@acme/orders-source', sink: posthog, identity: { accepts: [timestamp], because: tested }, events: [{ event: order, from: trace, uuid: \"uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)\", distinct_id: event.uuid, timestamp: timestamp, final: { when: name != null, within: 24h } }] }\nparams: {}",
    right:
      "source: { use: '@acme/orders-source' }\nmapping: { source: '@acme/orders-source', sink: posthog, identity: { accepts: [timestamp], because: tested }, events: [{ event: order, from: trace, uuid: \"uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)\", distinct_id: event.uuid, timestamp: timestamp }] }\nparams: {}",
  },
  'changes-not-delivered': {
    severity: 'warning',
    title: 'changed records are sent, but the destination keeps the first event',
    why: 'A destination that ignores repeats never shows what changed in a record after its first delivery. Each change costs a request and corrects nothing, and `sluice verify` cannot see it.',
    fix: 'set `revisit: 0s`, and let records become final before they are sent: by a longer `settle`, or by `final` in the mapping',
    wrong: "sink: { use: segment, with: { writeKey: '${SEGMENT_WRITE_KEY}' } }",
    right: "sink: { use: segment, with: { writeKey: '${SEGMENT_WRITE_KEY}' } }\nrevisit: 0s",
  },
  'changes-count-twice': {
    severity: 'warning',
    title: 'changed records count twice at the destination',
    why: 'A destination that adds repeats has one event for each delivery of a record. With `revisit`, a record is delivered again whenever it changes.',
    fix: 'set `revisit: 0s`, and let records become final before they are sent: by a longer `settle`, or by `final` in the mapping',
    wrong: 'sink: { use: jsonl }',
    right: 'sink: { use: jsonl }\nrevisit: 0s',
  },
  'invalid-line': {
    severity: 'error',
    title: 'an invalid line in an environment file',
    why: 'A variable that cannot be read would count as one that is not set.',
    fix: 'write `NAME=value`, and quote a value that contains a space or ` #`',
    wrong: 'POSTHOG_API_KEY: phc_…',
    right: 'POSTHOG_API_KEY=phc_…',
  },
} as const satisfies Record<string, ProblemCode>;

/** Every code that a problem of a pipeline file can have. */
export const PIPELINE_FILE_CODES = { ...FILE_CODES, ...CONFIG_CODES };

export type PipelineFileCode = keyof typeof PIPELINE_FILE_CODES;
