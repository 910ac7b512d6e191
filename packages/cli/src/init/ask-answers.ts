import type { CheckChoice, SetupQuestion } from '@sluice/core/adapter';
import { isBad, type CheckSection } from '@sluice/sluice';
import {
  answerOf,
  defaultAnswer,
  PARTS,
  problemOf,
  questionsOf,
  type Answer,
  type Answers,
  type Part,
} from './answers.js';
import type { Pair } from './pair.js';
import type { Prompter } from './prompter.js';

export interface Interview {
  /** Absent: nobody is asked, and what is not given takes its default. */
  readonly prompter: Prompter | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Checks a connection and shows the result; undefined when it could not be checked. */
  check(
    part: 'source' | 'sink',
    answers: Answers,
    secrets: Interview['environment'],
  ): Promise<CheckSection | undefined>;
}

export interface Asked {
  readonly answers: Answers;
  /** Secrets that were typed, by the name of their variable. */
  readonly typed: Readonly<Record<string, string>>;
}

/** Asks for what is neither given nor in the environment; each connection is checked once its questions are answered. */
export async function askAnswers(pair: Pair, given: Answers, interview: Interview): Promise<Asked> {
  const { prompter, environment } = interview;
  const answers = new Map(given);
  const typed: Record<string, string> = {};
  for (const part of PARTS) {
    const questions = questionsOf(part, pair);
    const ask = async (isPicked: boolean, section?: CheckSection) => {
      for (const question of questions.filter(({ choicesFrom }) => (choicesFrom !== undefined) === isPicked)) {
        const name = `${part}.${question.option}`;
        const { variable } = answers.get(name) ?? {};
        const isKnown = variable !== undefined && Boolean(environment[variable]);
        if (prompter === undefined || given.has(name) || isKnown || question.sensitive === true) continue;
        answers.set(name, await askPlain(part, question, pair, prompter, found(question, section)));
      }
    };
    for (const question of questions) {
      const name = `${part}.${question.option}`;
      answers.set(name, answers.get(name) ?? defaultAnswer(question));
    }
    await ask(false);
    const section = await askSecrets(part, questions, { answers, typed, interview });
    await ask(true, section);
  }
  return { answers, typed };
}

interface SoFar {
  readonly answers: Answers;
  /** Takes what is typed. */
  readonly typed: Record<string, string>;
  readonly interview: Interview;
}

/** Asks for the secrets of a part and checks its connection, until it is good or nobody wants to type them again. */
async function askSecrets(
  part: Part,
  questions: readonly SetupQuestion[],
  { answers, typed, interview }: SoFar,
): Promise<CheckSection | undefined> {
  const { prompter, environment } = interview;
  const secrets = questions.flatMap((question) => {
    const { variable = '' } = answers.get(`${part}.${question.option}`) ?? {};
    return question.sensitive === true && !environment[variable] ? [{ question, variable }] : [];
  });
  for (;;) {
    for (const { question, variable } of prompter === undefined ? [] : secrets) {
      const secret = await prompter?.secret(`${question.label} (${question.help}); empty: fill in ${variable} later`);
      if (secret) typed[variable] = secret;
      else delete typed[variable];
    }
    const section = part === 'params' ? undefined : await interview.check(part, answers, { ...environment, ...typed });
    const isWanted =
      section !== undefined &&
      isBad(section) &&
      secrets.some(({ variable }) => variable in typed) &&
      (await prompter?.confirm('Type it again?', true)) === true;
    if (!isWanted) return section;
  }
}

/** What the check found to pick from; a comma separates the items of an answer. */
function found({ choicesFrom }: SetupQuestion, section: CheckSection | undefined): readonly CheckChoice[] {
  const finding = section?.results.find(({ name }) => name === choicesFrom);
  return finding?.choices?.filter(({ value }) => !value.includes(',')) ?? [];
}

async function askPlain(
  part: Part,
  question: SetupQuestion,
  pair: Pair,
  prompter: Prompter,
  items: readonly CheckChoice[],
): Promise<Answer> {
  const { label, help, choices, default: initial = '' } = question;
  if (choices !== undefined) {
    const other = { value: '', label: items.length > 0 ? 'choose from a list' : `another: ${help}` };
    const chosen = await prompter.choice(label, [...choices, other]);
    if (chosen !== '') return answerOf(question, chosen);
  }
  if (items.length > 0) return answerOf(question, (await prompter.several(label, items)).join(','));
  const isOptional = question.default === undefined;
  const hint = isOptional ? `${help}; empty: fill in ${question.variable ?? question.option} later` : help;
  const text = await prompter.text(`${label} (${hint})`, choices === undefined ? initial : '', (answer) => {
    if (answer === '') return isOptional ? undefined : `expected ${help}`;
    return problemOf(part, question, answerOf(question, answer), pair);
  });
  return text === '' ? defaultAnswer(question) : answerOf(question, text);
}
