/** The part of a logger that adapters and the engine use; pino's logger is one. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A logger whose every line has these fields too: the pipeline, the run, the window. */
  child(fields: object): Logger;
}
