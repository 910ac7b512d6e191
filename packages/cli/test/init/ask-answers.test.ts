import { expect } from 'chai';
import type { CheckSection } from '#src/check/check-section.js';
import type { GivenAnswers } from '#src/init/answers.js';
import { askAnswers, type Asked } from '#src/init/ask-answers.js';
import type { Prompter } from '#src/init/prompter.js';

/** Answers in turn; what is not answered takes what the question offers. */
function aPrompter(answers: readonly [question: RegExp, answer: string | boolean][]) {
  const left = [...answers];
  const asked: string[] = [];
  const answer = <T extends string | boolean>(question: string, offered: T): T => {
    asked.push(question);
    const index = left.findIndex(([pattern]) => pattern.test(question));
    return index === -1 ? offered : (left.splice(index, 1)[0]?.[1] as T);
  };
  const prompter: Prompter = {
    text: async (question, { initial, problemOf }) => {
      const text = answer(question, initial);
      const problem = problemOf(text);
      if (problem !== undefined) throw new Error(`${question}: ${problem}`);
      return text;
    },
    secret: async (question) => answer(question, ''),
    choice: async (question, [first]) => answer(question, first?.value ?? ''),
    confirm: async (question, initial) => answer(question, initial),
  };
  return { prompter, asked };
}

interface Tried extends Asked {
  readonly asked: readonly string[];
  readonly tried: readonly string[];
  readonly shown: number;
}

async function interviewed(
  answers: readonly [RegExp, string | boolean][],
  options: { readonly given?: GivenAnswers; readonly environment?: Record<string, string>; readonly bad?: string } = {},
): Promise<Tried> {
  const { prompter, asked } = aPrompter(answers);
  const tried: string[] = [];
  let shown = 0;
  const tryOut = async (secret: string): Promise<CheckSection> => {
    tried.push(secret);
    const outcome = secret === options.bad ? 'bad' : 'good';
    return { part: 'tried', results: [{ name: 'it', outcome, message: '' }] };
  };
  const result = await askAnswers(options.given ?? {}, {
    prompter,
    environment: options.environment ?? {},
    tryDatabase: tryOut,
    tryPosthog: (key, host) => tryOut(`${key} at ${host}`),
    show: () => (shown += 1),
  });
  return { ...result, asked, tried, shown };
}

describe('the questions of sluice init', () => {
  it('come to a pipeline when every one is answered with what it offers', async () => {
    const { answers, typed, tried, asked } = await interviewed([]);
    expect(answers).to.deep.equal({
      name: 'langfuse-to-posthog',
      databaseUrlEnv: 'LANGFUSE_DATABASE_URL',
      posthogKeyEnv: 'POSTHOG_API_KEY',
      posthogHost: 'https://us.i.posthog.com',
      langfuseUrl: undefined,
      projects: 'all',
      start: 'beginning',
    });
    expect([typed, tried]).to.deep.equal([{}, []]);
    expect(asked).to.have.length(7);
  });

  it('leave out what a flag says and what the environment has', async () => {
    const given = {
      name: 'n',
      projects: 'all',
      posthogHost: 'https://ph.example.com',
      langfuseUrl: 'https://l.example.com',
      start: 'now',
    } as const;
    const environment = { LANGFUSE_DATABASE_URL: 'postgres://db', POSTHOG_API_KEY: 'phc_known' };
    const { asked, tried, typed, shown } = await interviewed([], { given, environment });
    expect(asked).to.deep.equal([]);
    expect(tried).to.deep.equal(['postgres://db', 'phc_known at https://ph.example.com']);
    expect(shown).to.equal(2);
    expect(typed).to.deep.equal({});
  });

  it('try a typed secret at once, ask again when it fails, and hand it over by the name of its variable', async () => {
    const { typed, tried, asked } = await interviewed(
      [
        [/database/, 'postgres://wrong'],
        [/database/, 'postgres://right'],
        [/PostHog\?/, 'eu'],
        [/API key/, 'phc_typed'],
      ],
      { bad: 'postgres://wrong', given: { databaseUrlEnv: 'READER_URL' } },
    );
    expect(tried).to.deep.equal(['postgres://wrong', 'postgres://right', 'phc_typed at https://eu.i.posthog.com']);
    expect(typed).to.deep.equal({ READER_URL: 'postgres://right', POSTHOG_API_KEY: 'phc_typed' });
    expect(asked.filter((question) => question.startsWith('Type it again'))).to.have.length(1);
  });

  it('take a failing secret when nobody wants to type it again', async () => {
    const { typed } = await interviewed(
      [
        [/database/, 'postgres://down'],
        [/again/, false],
      ],
      { bad: 'postgres://down' },
    );
    expect(typed).to.deep.equal({ LANGFUSE_DATABASE_URL: 'postgres://down' });
  });

  it('go on to an address or a date where the choices do not do', async () => {
    const { answers } = await interviewed([
      [/^Where is your PostHog/, 'other'],
      [/^At which address/, 'https://ph.example.com'],
      [/^What should the first run/, 'date'],
      [/^Since which date/, '2026-01-31'],
      [/^Which projects/, 'a, b'],
    ]);
    expect(answers).to.deep.include({
      posthogHost: 'https://ph.example.com',
      start: '2026-01-31',
      projects: ['a', 'b'],
    });
  });
});
