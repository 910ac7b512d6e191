/** The exit codes of the process. A signal gives 128 plus its number: 130 or 143. */
export const EXIT = {
  done: 0,
  /** Failed, paused, or a difference found. */
  failed: 1,
  /** Wrong usage, configuration or mapping. */
  usage: 2,
  /** Finished, with new dead letters. */
  deadLetters: 3,
  /** Ctrl-C at a question: the same as by a signal. */
  interrupted: 130,
} as const;
