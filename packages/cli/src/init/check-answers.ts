import type { SetupQuestion } from '@sluice/core/adapter';
import { createLogger } from '@sluice/core/service';
import { checkSection, type CheckSection } from '../check/check-section.js';
import type { CommandContext } from '../command-context.js';
import { version } from '../version.js';
import { questionsOf, valueIn, type Answers } from './answers.js';
import type { Pair } from './pair.js';

export interface CheckOptions {
  readonly context: CommandContext;
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** Lets an adapter check its connection as the pipeline would; undefined while a secret is missing. */
export async function checkAnswers(
  part: 'source' | 'sink',
  pair: Pair,
  answers: Answers,
  secrets: Readonly<Record<string, string | undefined>>,
  { context, directory, signal }: CheckOptions,
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
  const parsed = definition.config.safeParse(Object.fromEntries(options));
  const { type } = definition;
  if (!parsed.success) {
    const message = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    return { part: type, results: [{ name: 'options', outcome: 'bad', message, fix: 'correct the answer' }] };
  }
  const adapter = definition.create(parsed.data, {
    logger: createLogger({ level: 'silent', pretty: false, colour: false }),
    runtime: context.services.runtime,
    environment: context.environment,
    baseDirectory: directory,
    userAgent: `sluice/${version}`,
  });
  try {
    return await checkSection(type, () => adapter.check({ signal }), signal);
  } finally {
    await adapter.close();
  }
}
