/** The part of a logger that adapters and the engine use; pino's logger is one. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Returns a logger that adds these fields to every line: the pipeline, the run, the window. */
  child(fields: object): Logger;
}
