import type { Problem } from './problem.js';

/** What a problem's code means, for someone who meets it for the first time. `sluice explain` and the docs print it. */
export interface ProblemCode {
  readonly severity: Problem['severity'];
  /** A few words: the heading. */
  readonly title: string;
  /** Why it matters, in a sentence or two. */
  readonly why: string;
  /** What to do, in one sentence: the help of a problem that has none of its own. */
  readonly fix: string;
  /** A piece of YAML that has the problem, and the same without it. */
  readonly wrong: string;
  readonly right: string;
}
