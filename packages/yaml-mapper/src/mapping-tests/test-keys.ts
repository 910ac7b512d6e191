/** The keys of a test. The reader and the editor's schema use this table. */
export const TEST_KEYS = {
  name: 'What the mapping does, as a sentence.',
  from: 'The stream of the record. Optional if the mapping reads only one.',
  sink: 'The sink whose events are expected. Default: the first that the mapping names; for `any`, the standard event.',
  params: 'Values of parameters. Any other parameter has its default, or a value of its type.',
  given: 'Fields of the record. Any other field is null, or a value of its type if it cannot be null.',
  expect: 'All events of the record, in order. Only the values written here are compared.',
  exactly: 'All events of the record, in order, with all of their values.',
  filtered: 'The record produces no event: true, or a part of the rule that filters it.',
  error: 'The record cannot be mapped: true, or a part of the reason.',
} as const satisfies Readonly<Record<string, string>>;

/** A test has one of these. */
export const EXPECTATION_KEYS: readonly string[] = [
  'expect',
  'exactly',
  'filtered',
  'error',
] satisfies readonly (keyof typeof TEST_KEYS)[];

/** The keys of a test file. */
export const TEST_FILE_KEYS = {
  sluice: 'The version of the language.',
  doc: 'What the tests are about.',
  tests: 'The tests of the mapping that this file is named after.',
} as const satisfies Readonly<Record<string, string>>;
