import type { Prompter } from '#src/init/prompter.js';

/** Gives the scripted answers in turn; a question without one gets what it offers. */
export function aPrompter(script: readonly [question: RegExp, answer: string | boolean][]) {
  const left = [...script];
  const asked: string[] = [];
  const offered: string[] = [];
  const said: string[] = [];
  const answer = <T extends string | boolean>(question: string, initial: T): T => {
    asked.push(question);
    const index = left.findIndex(([pattern]) => pattern.test(question));
    return index === -1 ? initial : (left.splice(index, 1)[0]?.[1] as T);
  };
  const prompter: Prompter = {
    text: async (question, initial, problemOf) => {
      const text = answer(question, initial);
      const problem = problemOf(text);
      if (problem !== undefined) throw new Error(`${question}: ${problem}`);
      return text;
    },
    secret: async (question) => answer(question, ''),
    several: async (question, choices) => {
      const picked = answer(question, '').split(' ').filter(Boolean);
      offered.push(...choices.map(({ label }) => label));
      return choices.filter(({ label }) => picked.includes(label)).map(({ value }) => value);
    },
    choice: async (question, [first]) => answer(question, first?.value ?? ''),
    say: (text) => said.push(text),
    end: (text) => said.push(text),
    confirm: async (question, initial) => answer(question, initial),
  };
  return { prompter, asked, offered, said };
}
