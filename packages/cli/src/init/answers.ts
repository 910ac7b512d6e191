import { ConfigError } from '@sluice/core';

/** What a pipeline needs to know, by flag or by question. */
export interface Answers {
  readonly name: string;
  /** The variables of the environment that hold the secrets. */
  readonly databaseUrlEnv: string;
  readonly posthogKeyEnv: string;
  readonly posthogHost: string;
  /** Where people open Langfuse; undefined: the variable LANGFUSE_URL says it. */
  readonly langfuseUrl: string | undefined;
  readonly projects: 'all' | readonly string[];
  readonly start: string;
}

/** What the flags say; what they leave open is asked, or takes its default. */
export type GivenAnswers = { readonly [Name in keyof Answers]?: Answers[Name] | undefined };

export const DEFAULT_ANSWERS: Answers = {
  name: 'langfuse-to-posthog',
  databaseUrlEnv: 'LANGFUSE_DATABASE_URL',
  posthogKeyEnv: 'POSTHOG_API_KEY',
  posthogHost: 'https://us.i.posthog.com',
  langfuseUrl: undefined,
  projects: 'all',
  start: 'beginning',
};

export const REGIONS: Readonly<Record<string, string>> = {
  us: 'https://us.i.posthog.com',
  eu: 'https://eu.i.posthog.com',
};

/** Why an answer cannot be one; undefined when it can. What only the pipeline's own schema knows is left to lint. */
export const PROBLEM_OF = {
  name: (text: string) =>
    /^[a-z0-9][a-z0-9-]*$/.test(text) ? undefined : 'use lower-case letters, digits and hyphens',
  variable: (text: string) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? undefined : 'a variable is letters, digits and _, such as POSTHOG_API_KEY',
  url: (text: string) =>
    /^https?:\/\/[^\s"'{}$]+$/.test(text) && URL.canParse(text)
      ? undefined
      : 'expected an address such as https://langfuse.example.com',
  projects: (text: string) => (projectsOf(text).length > 0 ? undefined : 'expected all, or ids separated by commas'),
  start: (text: string) =>
    /^(?:beginning|now|\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?)$/.test(text)
      ? undefined
      : 'expected beginning, now, or a date such as 2026-01-31',
} as const;

/** `us` and `eu` stand for the hosts of PostHog's cloud. */
export function posthogHostOf(text: string): string {
  return REGIONS[text.toLowerCase()] ?? text;
}

export function projectsOf(text: string): 'all' | readonly string[] {
  const ids = text.split(',').flatMap((each) => each.trim() || []);
  return ids.length === 1 && ids[0] === 'all' ? 'all' : ids;
}

/** Throws `ConfigError` for the first answer that cannot be one, naming its flag. */
export function assertUsable(answers: Answers): void {
  const problems: readonly [flag: string, problem: string | undefined][] = [
    ['name', PROBLEM_OF.name(answers.name)],
    ['database-url-env', PROBLEM_OF.variable(answers.databaseUrlEnv)],
    ['posthog-key-env', PROBLEM_OF.variable(answers.posthogKeyEnv)],
    ['posthog-host', PROBLEM_OF.url(answers.posthogHost)],
    ['langfuse-url', answers.langfuseUrl === undefined ? undefined : PROBLEM_OF.url(answers.langfuseUrl)],
    ['projects', answers.projects.length > 0 ? undefined : 'expected all, or ids separated by commas'],
    ['start', PROBLEM_OF.start(answers.start)],
  ];
  for (const [flag, problem] of problems) if (problem) throw new ConfigError([], `--${flag}: ${problem}`);
}
