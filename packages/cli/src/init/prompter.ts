/** How questions reach a person. Every answer may also be the wish to end: then `PromptsEnded` is thrown. */
export interface Prompter {
  text(question: string, options: TextOptions): Promise<string>;
  /** Nothing is shown of what is typed; an empty answer is allowed. */
  secret(question: string): Promise<string>;
  choice(question: string, choices: readonly Choice[]): Promise<string>;
  confirm(question: string, initial: boolean): Promise<boolean>;
}

interface TextOptions {
  /** What is there already, to be taken or changed. */
  readonly initial: string;
  /** Why an answer cannot be taken. */
  readonly problemOf: (answer: string) => string | undefined;
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Somebody pressed Ctrl-C at a question. */
export class PromptsEnded extends Error {}
