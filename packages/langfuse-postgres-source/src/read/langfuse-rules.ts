import type { FailureRule } from '@sluice/postgres';

const VERSIONS = 'Langfuse v2.60 to v2.95 is supported';

/** What failures of the source's statements mean. */
export const LANGFUSE_RULES: readonly FailureRule[] = [
  ['42P01', 'setup', `a table is missing: ${VERSIONS}; also check schema= in url`],
  ['42703', 'setup', `a column is missing: ${VERSIONS}`],
];
