/** A place in a file that the reader must edit. Lines and columns start at 1; columns count UTF-16 units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Something wrong in a configuration or a mapping: where, what, why, and what to write instead. */
export interface Problem extends Place {
  /** Stable, e.g. `unknown-field`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What is wrong, and why it matters. One line without secrets. */
  readonly message: string;
  /** What to write instead. */
  readonly help?: string;
}
