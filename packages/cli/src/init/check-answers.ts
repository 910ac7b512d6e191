import type { SetupQuestion } from '@sluice/core/adapter';
import type { CheckSection, Sluice } from '@sluice/sluice';
import { questionsOf, valueIn, type Answers } from './answers.js';
import type { Pair } from './pair.js';

export interface CheckOptions {
  readonly sluice: Sluice;
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** Lets an adapter check its connection as the pipeline would; undefined while a secret is missing. */
export async function checkAnswers(
  part: 'source' | 'sink',
  pair: Pair,
  answers: Answers,
  secrets: Readonly<Record<string, string | undefined>>,
  { sluice, directory, signal }: CheckOptions,
): Promise<CheckSection | undefined> {
  const definition = pair[part];
  const valueOf = ({ option }: SetupQuestion) => {
    const { variable, value } = answers.get(`${part}.${option}`) ?? {};
    return (variable === undefined ? undefined : secrets[variable] || undefined) ?? value;
  };
  const questions = questionsOf(part, pair);
  if (questions.some((question) => question.sensitive === true && valueOf(question) === undefined)) return undefined;
  const options = questions.flatMap((question) => {
    const text = valueOf(question);
    return text === undefined ? [] : [[question.option, valueIn(definition, question, text).value] as const];
  });
  return sluice.checkAdapter(definition, Object.fromEntries(options), { baseDirectory: directory, signal });
}
