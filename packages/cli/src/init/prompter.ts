import type { CANCEL_SYMBOL } from '@clack/prompts';
import { onOneLine, screenText } from '../terminal/screen-text.js';
import { framed, framedColumns } from '../terminal/framed.js';
import { hasColours, type Streams } from '../terminal/terminal.js';

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
  /** What a person reads between two questions. */
  say(text: string): void;
  /** The last words, as they are: a person copies commands from them. */
  end(text: string): void;
}

function shown(choices: readonly { readonly value: string; readonly label: string }[]) {
  return choices.map(({ value, label }) => ({ value, label: onOneLine(label) }));
}

export class PromptsEnded extends Error {}

/** Asks on stderr: stdout stays for results. The library is loaded only when somebody is asked. */
export async function terminalPrompter(
  { stdin: input, stderr: output }: Streams,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Prompter> {
  const { cancel, confirm, intro, isCancel, log, multiselect, outro, password, S_BAR, select, text } =
    await import('@clack/prompts');
  const streams = { input, output };
  const colour = hasColours(output, environment);
  intro('A new pipeline', streams);
  const answered = <Answer extends string | boolean | string[]>(answer: Answer | typeof CANCEL_SYMBOL): Answer => {
    if (isCancel(answer)) {
      cancel('nothing was written', streams);
      throw new PromptsEnded('the questions were cancelled');
    }
    return answer;
  };
  return {
    text: async (question, initialValue, problemOf) => {
      const message = framed(question, S_BAR, output);
      const validate = (answer: string | undefined) => problemOf((answer ?? '').trim());
      return answered(await text({ message, initialValue, validate, ...streams })).trim();
    },
    secret: async (message) => answered(await password({ message: framed(message, S_BAR, output), ...streams })).trim(),
    choice: async (message, choices) =>
      answered(await select({ message: onOneLine(message), options: shown(choices), ...streams })),
    several: async (message, choices) =>
      answered(await multiselect({ message: onOneLine(message), options: shown(choices), required: true, ...streams })),
    confirm: async (message, initialValue) =>
      answered(await confirm({ message: framed(message, S_BAR, output), initialValue, ...streams })),
    say: (message) => {
      const columns = framedColumns(output);
      log.message(screenText(message.trimEnd(), { colour, columns }), streams);
    },
    end: (message) => outro(screenText(message.trimEnd(), { colour }), streams),
  };
}
