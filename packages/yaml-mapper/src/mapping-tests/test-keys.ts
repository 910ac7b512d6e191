/** What a test of a mapping may say: the reader and the editor's schema go by this table. */
export const TEST_KEYS = {
  name: 'What the mapping does, as a sentence.',
  from: 'The stream that the record comes from; may be left out when the mapping reads only one.',
  params: 'Values of parameters. Those that are not given take their default, or one of their type.',
  given: 'Fields of the record. Those that are not given are null, or a value of their type.',
  expect: 'All events of the record, in order. Only what is written here is looked at.',
  exactly: 'All events of the record, in order, with everything that they hold.',
  filtered: 'The record makes no event: true, or a part of the rule that filters it.',
  error: 'The record cannot be mapped: true, or a part of the reason.',
} as const satisfies Readonly<Record<string, string>>;

/** A test says one of these. */
export const EXPECTATION_KEYS: readonly string[] = [
  'expect',
  'exactly',
  'filtered',
  'error',
] satisfies readonly (keyof typeof TEST_KEYS)[];

/** What a file of tests beside its mapping may hold. */
export const TEST_FILE_KEYS = {
  sluice: 'The version of the language.',
  doc: 'What the tests are about.',
  tests: 'The tests of the mapping that this file is named after.',
} as const satisfies Readonly<Record<string, string>>;
