import type { CheckSection } from '../check/check-section.js';
import { isBad } from '../check/check-section.js';
import {
  DEFAULT_ANSWERS,
  posthogHostOf,
  PROBLEM_OF,
  projectsOf,
  REGIONS,
  type Answers,
  type GivenAnswers,
} from './answers.js';
import type { Prompter } from './prompter.js';

/** What the questions need of their surroundings. */
export interface Interview {
  readonly prompter: Prompter;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly tryDatabase: (url: string) => Promise<CheckSection>;
  readonly tryPosthog: (apiKey: string, host: string) => Promise<CheckSection>;
  /** Tells what was found out. */
  readonly show: (section: CheckSection) => void;
}

export interface Asked {
  readonly answers: Answers;
  /** Secrets that were typed, by the name of their variable. They are in no file unless somebody asks for it. */
  readonly typed: Readonly<Record<string, string>>;
}

/** Asks for what no flag says; each connection is tried as soon as its address is known. */
export async function askAnswers(given: GivenAnswers, interview: Interview): Promise<Asked> {
  const { prompter, tryDatabase, tryPosthog } = interview;
  const { databaseUrlEnv = DEFAULT_ANSWERS.databaseUrlEnv, posthogKeyEnv = DEFAULT_ANSWERS.posthogKeyEnv } = given;
  const name =
    given.name ??
    (await prompter.text('What is the pipeline called?', {
      initial: DEFAULT_ANSWERS.name,
      problemOf: PROBLEM_OF.name,
    }));
  const url = await askSecret(databaseUrlEnv, 'The address of Langfuse’s database', tryDatabase, interview);
  const projects =
    given.projects ??
    projectsOf(
      await prompter.text('Which projects: all, or ids separated by commas?', {
        initial: 'all',
        problemOf: PROBLEM_OF.projects,
      }),
    );
  const langfuseUrl = given.langfuseUrl ?? (await askLangfuseUrl(interview));
  const posthogHost = given.posthogHost ?? (await askHost(prompter));
  const key = await askSecret(
    posthogKeyEnv,
    'PostHog’s project API key (phc_…)',
    (apiKey) => tryPosthog(apiKey, posthogHost),
    interview,
  );
  const start = given.start ?? (await askStart(prompter));
  const typed = {
    ...(url === undefined ? {} : { [databaseUrlEnv]: url }),
    ...(key === undefined ? {} : { [posthogKeyEnv]: key }),
  };
  return { answers: { name, databaseUrlEnv, posthogKeyEnv, posthogHost, langfuseUrl, projects, start }, typed };
}

/** The secret of a variable: that of the environment is tried, a missing one may be typed, and typed again. */
async function askSecret(
  variable: string,
  what: string,
  tryOut: (secret: string) => Promise<CheckSection>,
  { environment, prompter, show }: Interview,
): Promise<string | undefined> {
  const present = environment[variable];
  if (present) {
    show(await tryOut(present));
    return undefined;
  }
  for (;;) {
    const secret = await prompter.secret(`${what}; ${variable} is not set, and nothing typed means later`);
    if (secret === '') return undefined;
    const section = await tryOut(secret);
    show(section);
    if (!isBad(section) || !(await prompter.confirm('Type it again?', true))) return secret;
  }
}

async function askLangfuseUrl({ prompter, environment }: Interview): Promise<string | undefined> {
  if (environment['LANGFUSE_URL']) return undefined;
  const answer = await prompter.text('Where do people open Langfuse? Deep links begin with it; nothing means later', {
    initial: '',
    problemOf: (text) => (text === '' ? undefined : PROBLEM_OF.url(text)),
  });
  return answer === '' ? undefined : answer;
}

async function askHost(prompter: Prompter): Promise<string> {
  const region = await prompter.choice('Where is your PostHog?', [
    { value: 'us', label: `US cloud (${REGIONS['us']})` },
    { value: 'eu', label: `EU cloud (${REGIONS['eu']})` },
    { value: 'other', label: 'elsewhere' },
  ]);
  if (region !== 'other') return posthogHostOf(region);
  return prompter.text('At which address does it take events in?', { initial: 'https://', problemOf: PROBLEM_OF.url });
}

async function askStart(prompter: Prompter): Promise<string> {
  const start = await prompter.choice('What should the first run export?', [
    { value: 'beginning', label: 'everything that Langfuse holds' },
    { value: 'now', label: 'only what comes from now on' },
    { value: 'date', label: 'everything since a date' },
  ]);
  if (start !== 'date') return start;
  return prompter.text('Since which date (UTC)?', { initial: '', problemOf: PROBLEM_OF.start });
}
