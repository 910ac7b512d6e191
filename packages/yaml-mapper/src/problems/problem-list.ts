import { ProblemList as DocumentProblems } from '@sluice/core/document';
import { PROBLEM_CODES, type Code } from './problem-codes.js';

/** Collects the problems of a mapping. */
export class ProblemList extends DocumentProblems<Code> {
  constructor() {
    super(PROBLEM_CODES);
  }
}
