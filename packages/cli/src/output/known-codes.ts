import { CONFIG_CODES, type ProblemCode } from '@sluice/core/config';
import { PROBLEM_CODES } from '@sluice/yaml-mapper';

/** Every problem code of pipeline files, environment files and mappings. */
export const KNOWN_CODES: ReadonlyMap<string, ProblemCode> = new Map<string, ProblemCode>(
  Object.entries({ ...CONFIG_CODES, ...PROBLEM_CODES }).toSorted(([a], [b]) => a.localeCompare(b)),
);
