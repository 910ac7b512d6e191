/** Something that was found and can be an item of an option. */
export interface CheckChoice {
  readonly value: string;
  readonly label: string;
}

/**
 * One finding of `check()`, for people.
 *
 * - `good`: it works.
 * - `warning`: it works, but should be improved.
 * - `bad`: a run would fail.
 * - `unknown`: it could not be checked; a run continues.
 */
export interface CheckResult {
  /** What was checked, in two or three words: `database reachable`, `project key`. */
  readonly name: string;
  readonly outcome: 'good' | 'warning' | 'bad' | 'unknown';
  /** What was found. Holds no secret. */
  readonly message: string;
  /** What to do about it; always present with `bad`. */
  readonly fix?: string;
  /** What to paste elsewhere in order to do it, such as SQL: one statement per line, printed as it is. */
  readonly statements?: readonly string[];
  /** What there is to pick from, for the question of `sluice init` that names this finding. Holds no secret. */
  readonly choices?: readonly CheckChoice[];
}
