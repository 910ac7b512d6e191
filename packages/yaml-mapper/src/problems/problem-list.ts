import { ProblemList as DocumentProblems, type Span } from '@sluice/core/document';
import { invalid, type Expression } from '../check/expression.js';
import { PROBLEM_CODES, type Code } from './problem-codes.js';

/** Collects the problems of a mapping. */
export class ProblemList extends DocumentProblems<Code> {
  constructor() {
    super(PROBLEM_CODES);
  }

  /** Adds the problem of an expression, which then has no type. */
  invalid(code: Code, span: Span, message: string, help?: string): Expression {
    this.add(code, span, message, help);
    return invalid(span);
  }
}
