import type { Problem } from './problem.js';

/** The meaning of a problem's code, for somebody who sees it for the first time. `sluice explain` and the docs print it. */
export interface ProblemCode {
  readonly severity: Problem['severity'];
  /** The heading, in a few words: lower case, no final stop. */
  readonly title: string;
  /** Why it matters, in a sentence or two. */
  readonly why: string;
  /** What to do: the help of a problem that does not have its own. Lower case, no final stop. */
  readonly fix: string;
  /** A part of a YAML file that has the problem, and the same part without it. */
  readonly wrong: string;
  readonly right: string;
}
