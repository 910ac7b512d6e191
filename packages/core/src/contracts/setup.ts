/** One answer that a question offers. */
export interface SetupChoice {
  /** What the answer is on the command line: `eu`. */
  readonly name: string;
  /** What is written for it. */
  readonly value: string;
  readonly label: string;
}

/**
 * One thing that `sluice init` asks before it writes a pipeline file. An adapter declares the questions about its own
 * options, a preset those about its mapping's parameters; whatever is not asked keeps its default.
 *
 * An answer is held against the adapter's `config` schema as it stands; where the schema wants a list, the answer is
 * its items, separated by commas.
 */
export interface SetupQuestion {
  /** The option of `with:`, or the parameter of the mapping, that the answer becomes. */
  readonly option: string;
  /** What is asked for, in a few words: `Address of the database`. */
  readonly label: string;
  /** What a good answer looks like, in one line. */
  readonly help: string;
  /**
   * The environment variable that the pipeline file reads the answer from. A plain answer becomes the variable's
   * default. Absent: the answer itself is written.
   */
  readonly variable?: string;
  /** A secret: it is not shown while it is typed, and no file but one for secrets holds it. Needs `variable`. */
  readonly sensitive?: boolean;
  /** The answer when nobody gives one. Absent: the variable must be set when the pipeline runs. */
  readonly default?: string;
  /** Answers to choose from; any other text is an answer too. */
  readonly choices?: readonly SetupChoice[];
  /**
   * The name of the finding of `check()` whose `choices` the items of the answer are picked from. Such a question is
   * asked after the check, which runs with its default; where the check found none, the answer is typed.
   */
  readonly choicesFrom?: string;
  /** An answer in full, where people leave something out, such as the scheme of an address. */
  complete?(answer: string): string;
  /** Why an answer is wrong, for a parameter: an option's answer is held against the config schema. */
  problemOf?(answer: string): string | undefined;
  /** A value that passes every check of its form, to lint the new files before the real one is known. */
  readonly example: string;
}
