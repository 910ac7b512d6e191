/**
 * One finding of `check()`, for people.
 *
 * - `good`: tried, and it works.
 * - `warning`: works, but should be improved; says how.
 * - `bad`: tried, and a run would fail; says what to do.
 * - `unknown`: could not be tried; a run goes on.
 */
export interface CheckResult {
  /** What was looked at, in two or three words: `database reachable`, `project key`. */
  readonly name: string;
  readonly outcome: 'good' | 'warning' | 'bad' | 'unknown';
  /** What was found. Holds no secret. */
  readonly message: string;
  /** What to do about it; always present with `bad`. */
  readonly fix?: string;
}
