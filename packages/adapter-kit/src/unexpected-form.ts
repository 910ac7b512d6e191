import { UnexpectedAnswerError } from '@sluice/core/adapter';
import { z } from 'zod';

/** What an author's zod schema or `JSON.parse` does not accept is an `UnexpectedAnswerError`; any other error stays as it is. */
export function unexpectedForm(error: unknown, what: string): unknown {
  if (error instanceof SyntaxError) return new UnexpectedAnswerError(`${what} in an unexpected form: ${error.message}`);
  if (!(error instanceof z.ZodError)) return error;
  const [issue] = error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  return new UnexpectedAnswerError(`${what} in an unexpected form${where}: ${issue?.message ?? 'invalid'}`);
}
