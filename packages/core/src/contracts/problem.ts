/** A place in a file. Lines and columns start at 1; columns count UTF-16 units; the end is exclusive. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Something wrong in a configuration or a mapping: where, what, and what to do about it. */
export interface Problem extends Place {
  /** Stable, such as `unknown-field`; `sluice explain` describes it. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What is wrong, in one line without secrets: lower case, no final stop. */
  readonly message: string;
  /** What to do, in the same style. */
  readonly help?: string;
}
