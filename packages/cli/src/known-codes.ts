import { CONFIG_CODES, type ProblemCode } from '@sluice/core/config';
import { PROBLEM_CODES } from '@sluice/yaml-mapper';

/** What every code means that a pipeline file, an environment file or a mapping can be told. */
export const KNOWN_CODES: ReadonlyMap<string, ProblemCode> = new Map<string, ProblemCode>(
  Object.entries({ ...CONFIG_CODES, ...PROBLEM_CODES }).toSorted(([a], [b]) => a.localeCompare(b)),
);
