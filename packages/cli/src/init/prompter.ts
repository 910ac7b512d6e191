import type { CANCEL_SYMBOL } from '@clack/prompts';
import { onOneLine } from '../terminal/screen-text.js';
import type { Streams } from '../terminal/terminal.js';

/** How questions reach a person. Every answer may also be Ctrl-C: then `PromptsEnded` is thrown. */
export interface Prompter {
  /** `initial` is there already, to be taken or changed; `problemOf` says why an answer cannot be taken. */
  text(question: string, initial: string, problemOf: (answer: string) => string | undefined): Promise<string>;
  /** Nothing is shown of what is typed; an empty answer is allowed. */
  secret(question: string): Promise<string>;
  choice(question: string, choices: readonly { readonly value: string; readonly label: string }[]): Promise<string>;
  /** At least one of them. */
  several(question: string, choices: readonly { readonly value: string; readonly label: string }[]): Promise<string[]>;
  confirm(question: string, initial: boolean): Promise<boolean>;
}

function shown(choices: readonly { readonly value: string; readonly label: string }[]) {
  return choices.map(({ value, label }) => ({ value, label: onOneLine(label) }));
}

export class PromptsEnded extends Error {}

/** Asks on stderr: stdout stays for results. The library is loaded only when somebody is asked. */
export async function terminalPrompter({ stdin: input, stderr: output }: Streams): Promise<Prompter> {
  const { confirm, isCancel, multiselect, password, select, text } = await import('@clack/prompts');
  const streams = { input, output };
  const answered = <Answer extends string | boolean | string[]>(answer: Answer | typeof CANCEL_SYMBOL): Answer => {
    if (isCancel(answer)) throw new PromptsEnded('the questions were ended');
    return answer;
  };
  return {
    text: async (question, initialValue, problemOf) => {
      const message = onOneLine(question);
      const validate = (answer: string | undefined) => problemOf((answer ?? '').trim());
      return answered(await text({ message, initialValue, validate, ...streams })).trim();
    },
    secret: async (message) => answered(await password({ message: onOneLine(message), ...streams })).trim(),
    choice: async (message, choices) =>
      answered(await select({ message: onOneLine(message), options: shown(choices), ...streams })),
    several: async (message, choices) =>
      answered(await multiselect({ message: onOneLine(message), options: shown(choices), required: true, ...streams })),
    confirm: async (message, initialValue) =>
      answered(await confirm({ message: onOneLine(message), initialValue, ...streams })),
  };
}
