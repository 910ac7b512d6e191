import { ConfigError, type JsonValue, type SetupQuestion } from '@sluice/core/adapter';
import { didYouMean } from '@sluice/core/document';
import type { Pair } from './pair.js';

/** Where an answer stands in the pipeline file: `source.with`, `sink.with` or `params`. */
export type Part = 'source' | 'sink' | 'params';
export const PARTS: readonly Part[] = ['source', 'sink', 'params'];

/** How an answer is written in the pipeline file: a variable, a value, or a variable with the value as its default. */
export interface Answer {
  readonly variable?: string | undefined;
  readonly value?: string | undefined;
}

/** By `part.option`, the name that `--set` uses. */
export type Answers = ReadonlyMap<string, Answer>;

export function questionsOf(part: Part, { source, sink, preset }: Pair): readonly SetupQuestion[] {
  const setup = part === 'params' ? preset?.setup : { source, sink }[part].setup;
  return setup ?? [];
}

/** The answer when nobody gives one. */
export function defaultAnswer({ variable, default: value }: SetupQuestion): Answer {
  return { variable, value };
}

/** A text as a person gives it: a choice's name stands for its value, and `${NAME}` for a variable. */
export function answerOf(question: SetupQuestion, text: string): Answer {
  const reference = /^\$\{(?<variable>\w+)(?::-(?<value>[^}]*))?\}$/u.exec(text)?.groups;
  const { variable = question.variable, value: written = reference === undefined ? text : undefined } = reference ?? {};
  if (written === undefined) return { variable, value: undefined };
  const chosen = question.choices?.find(({ name }) => name === written.toLowerCase());
  return { variable, value: chosen?.value ?? question.complete?.(written) ?? written };
}

/** What `--set part.option=answer` gives. Throws `ConfigError` for an answer that cannot be one. */
export function givenAnswers(settings: readonly string[], pair: Pair): Answers {
  const questions = new Map<string, { readonly part: Part; readonly question: SetupQuestion }>(
    PARTS.flatMap((part) =>
      questionsOf(part, pair).map((each) => [`${part}.${each.option}`, { part, question: each }] as const),
    ),
  );
  return new Map(
    settings.map((setting) => {
      const at = setting.indexOf('=');
      const name = at === -1 ? setting : setting.slice(0, at);
      const found = questions.get(name);
      if (at === -1 || found === undefined) {
        const hint = didYouMean(name, [...questions.keys()]) ?? '';
        throw new ConfigError(
          [],
          at === -1 ? `--set ${name}: expected ${name}=answer` : `--set ${name}: unknown; ${hint}`,
        );
      }
      const answer = answerOf(found.question, setting.slice(at + 1).trim());
      const problem = problemOf(found.part, found.question, answer, pair);
      if (problem !== undefined) throw new ConfigError([], `--set ${name}: ${problem}`);
      return [name, answer] as const;
    }),
  );
}

/** Why an answer cannot be one, held against the schema of its option; undefined when it can. */
export function problemOf(part: Part, question: SetupQuestion, answer: Answer, pair: Pair): string | undefined {
  const { value } = answer;
  if (question.sensitive === true && value !== undefined) {
    return `a secret must not be written to a file: name its variable, as in '\${${question.variable ?? 'NAME'}}'`;
  }
  if (value === undefined) return undefined;
  if (/[$}\n]/u.test(value)) return 'an answer cannot contain $, } or a line break';
  if (part === 'params') return question.problemOf?.(value);
  return valueIn(pair[part], question, value).problem;
}

/** An answer as the value of its option: as it stands or, where the schema wants one, as a list. */
export function valueIn(
  { config, setup = [] }: Pair['source' | 'sink'],
  { option, help }: SetupQuestion,
  text: string,
): { readonly value: JsonValue; readonly problem?: string } {
  const examples = Object.fromEntries(setup.map((each) => [each.option, each.example]));
  const list = text.split(',').flatMap((item) => item.trim() || []);
  let problem: string | undefined;
  for (const value of [text, list]) {
    const { error } = config.safeParse({ ...examples, [option]: value });
    const issue = error?.issues.find(({ path }) => path[0] === option);
    if (issue === undefined) return { value };
    problem ??= issue.code === 'custom' ? `${issue.message} (${help})` : `expected ${help}`;
  }
  return { value: text, problem: problem ?? `expected ${help}` };
}
