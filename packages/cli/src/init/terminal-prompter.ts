import { confirm, isCancel, password, select, text, type CANCEL_SYMBOL } from '@clack/prompts';
import { PromptsEnded, type Prompter } from './prompter.js';

/** Questions on stderr, answers from stdin: stdout stays for results. */
export function terminalPrompter(): Prompter {
  const streams = { input: process.stdin, output: process.stderr };
  return {
    text: async (message, { initial, problemOf }) =>
      answered(
        await text({
          message,
          initialValue: initial,
          validate: (answer) => problemOf((answer ?? '').trim()),
          ...streams,
        }),
      ).trim(),
    secret: async (message) => answered(await password({ message, ...streams })).trim(),
    choice: async (message, choices) =>
      answered(await select({ message, options: choices.map(({ value, label }) => ({ value, label })), ...streams })),
    confirm: async (message, initialValue) => answered(await confirm({ message, initialValue, ...streams })),
  };
}

function answered<Answer extends string | boolean>(answer: Answer | typeof CANCEL_SYMBOL): Answer {
  if (isCancel(answer)) throw new PromptsEnded('the questions were ended');
  return answer;
}
