import type { ProblemCode } from '../contracts/problem-code.js';

/**
 * What is wrong with a pipeline file or an environment file, besides its YAML. Codes are stable. Examples are parts of
 * a pipeline file; a test loads each of them.
 */
export const CONFIG_CODES = {
  'missing-option': {
    severity: 'error',
    title: 'An option that is required is missing',
    why: 'The pipeline cannot be made without it, and no value could be guessed that would be right.',
    fix: 'Add the option that the message names.',
    wrong: 'sink: { use: posthog, with: {} }',
    right: "sink: { use: posthog, with: { apiKey: '${POSTHOG_API_KEY}' } }",
  },
  'invalid-option': {
    severity: 'error',
    title: 'An option has a value that it cannot have',
    why: 'A value that is taken for something else, such as 30 minutes for 30 milliseconds, would do harm without a word. Durations and sizes carry their unit.',
    fix: 'Write one of the values that the message names.',
    wrong: 'settle: 30',
    right: 'settle: 30m',
  },
  'unknown-type': {
    severity: 'error',
    title: 'A source, sink or state store that is not there',
    why: '`use` names an adapter that ships with Sluice, or a package or file that is installed beside the pipeline file.',
    fix: 'Correct the name, or install the package.',
    wrong: 'sink: { use: posthogg }',
    right: "sink: { use: posthog, with: { apiKey: '${POSTHOG_API_KEY}' } }",
  },
  'file-not-readable': {
    severity: 'error',
    title: 'A file that is named cannot be read',
    why: 'It is not there, or may not be read. Paths start at the folder of the pipeline file.',
    fix: 'Check the path, and who may read it.',
    wrong: 'mapping: mappings/langfuse-posthogg.yaml',
    right: 'mapping: mappings/langfuse-posthog.yaml',
  },
  'missing-variable': {
    severity: 'error',
    title: 'A variable that has no value',
    why: 'The file asks for a variable that the environment does not have, or has empty. Nothing stands in for it.',
    fix: 'Set the variable, load it with `--env-file`, or give a default: `${NAME:-default}`.',
    wrong: "params: { langfuseUrl: '${LANGFUSE_ADDRESS}' }",
    right: "params: { langfuseUrl: '${LANGFUSE_ADDRESS:-https://langfuse.example.com}' }",
  },
  'bad-variable': {
    severity: 'error',
    title: 'Something that looks like a variable and is none',
    why: 'After `$` come `{NAME}`, `{NAME:-default}` or `{file:PATH}`. A text that was meant as it is would arrive changed.',
    fix: 'Correct the variable, or write `$$` for a `$`.',
    wrong: "params: { langfuseUrl: 'https://langfuse.example.com/${langfuse url}' }",
    right: "params: { langfuseUrl: 'https://langfuse.example.com/$${langfuse url}' }",
  },
  'secret-in-clear': {
    severity: 'warning',
    title: 'A secret is written in the file',
    why: 'Everybody who sees the file can read it, and so can everybody who sees its history.',
    fix: 'Put it into a variable, `${NAME}`, or a file of its own, `${file:PATH}`.',
    wrong: 'sink: { use: posthog, with: { apiKey: phc_written_in_clear } }',
    right: "sink: { use: posthog, with: { apiKey: '${POSTHOG_API_KEY}' } }",
  },
  'short-settle': {
    severity: 'warning',
    title: 'Records are given little time to settle',
    why: 'A record that is written slowly, or by a machine whose clock is behind, becomes visible after its time: it is missed when its window was read before.',
    fix: 'Use at least 1m; 30m is the default.',
    wrong: 'settle: 5s',
    right: 'settle: 30m',
  },
  'invalid-line': {
    severity: 'error',
    title: 'A line of an environment file that is not NAME=value',
    why: 'A variable that is not read would be taken for one that is not set.',
    fix: 'Write `NAME=value`, with quotes around a value that holds a space or `#`.',
    wrong: 'POSTHOG_API_KEY: phc_…',
    right: 'POSTHOG_API_KEY=phc_…',
  },
} as const satisfies Record<string, ProblemCode>;

/** What a pipeline file's problem can carry besides the codes of YAML, and `unknown-key`, which mappings have too. */
export type ConfigCode = keyof typeof CONFIG_CODES | 'unknown-key';
