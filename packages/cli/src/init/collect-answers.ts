import { ConfigError } from '@sluice/core';
import type { CheckSection } from '../check/check-section.js';
import type { CommandContext } from '../command-context.js';
import { checkText } from '../output/check-text.js';
import { DEFAULT_ANSWERS, posthogHostOf, projectsOf, type GivenAnswers } from './answers.js';
import { askAnswers, type Asked, type Interview } from './ask-answers.js';
import { checkDatabase, checkPosthog } from './check-connection.js';
import type { InitArguments } from './init-options.js';
import type { Prompter } from './prompter.js';

/** From flags and questions, or from flags and defaults without a prompter. Connections are tried on the way. */
export async function collectAnswers(
  args: InitArguments,
  prompter: Prompter | undefined,
  context: CommandContext,
  signal: AbortSignal,
): Promise<Asked> {
  const given: GivenAnswers = {
    name: args.name,
    databaseUrlEnv: args['database-url-env'],
    posthogKeyEnv: args['posthog-key-env'],
    posthogHost: args['posthog-host'] === undefined ? undefined : posthogHostOf(args['posthog-host']),
    langfuseUrl: args['langfuse-url'],
    projects: args.projects === undefined ? undefined : projectsOf(args.projects),
    start: args.start,
  };
  const trials = trialsIn(context, args.check, signal);
  return prompter === undefined ? takeDefaults(given, trials) : askAnswers(given, { prompter, ...trials });
}

type Trials = Omit<Interview, 'prompter'>;

function trialsIn(context: CommandContext, isWanted: boolean, signal: AbortSignal): Trials {
  const skipped = async (part: string): Promise<CheckSection> => ({ part, results: [] });
  return {
    environment: context.environment,
    tryDatabase: (url) => (isWanted ? checkDatabase(url, context, signal) : skipped('langfuse-postgres')),
    tryPosthog: (key, host) => (isWanted ? checkPosthog(key, host, context, signal) : skipped('posthog')),
    show: (section) => {
      if (section.results.length > 0) context.terminal.err(checkText(section));
    },
  };
}

async function takeDefaults(given: GivenAnswers, trials: Trials): Promise<Asked> {
  const answers = {
    name: given.name ?? DEFAULT_ANSWERS.name,
    databaseUrlEnv: given.databaseUrlEnv ?? DEFAULT_ANSWERS.databaseUrlEnv,
    posthogKeyEnv: given.posthogKeyEnv ?? DEFAULT_ANSWERS.posthogKeyEnv,
    posthogHost: given.posthogHost ?? DEFAULT_ANSWERS.posthogHost,
    langfuseUrl: given.langfuseUrl,
    projects: given.projects ?? DEFAULT_ANSWERS.projects,
    start: given.start ?? DEFAULT_ANSWERS.start,
  };
  const { environment, tryDatabase, tryPosthog, show } = trials;
  const [url, key] = [environment[answers.databaseUrlEnv], environment[answers.posthogKeyEnv]];
  if (url) show(await tryDatabase(url));
  if (key) show(await tryPosthog(key, environment['POSTHOG_HOST'] || answers.posthogHost));
  return { answers, typed: {} };
}

/** Undefined when nothing may be asked. Loaded only when somebody is asked. */
export async function prompterFor({ yes }: InitArguments, { terminal }: CommandContext): Promise<Prompter | undefined> {
  if (yes) return undefined;
  if (!terminal.interactive || !process.stdin.isTTY) {
    throw new ConfigError(
      [],
      'there is no terminal to ask on: give --yes, and flags for what differs from the defaults',
    );
  }
  const { terminalPrompter } = await import('./terminal-prompter.js');
  return terminalPrompter();
}
