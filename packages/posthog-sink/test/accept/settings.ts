import type { PosthogSinkConfig } from '#src/config.js';
import { posthogSinkConfig } from '#src/config.js';
import type { ProjectOptions } from '#src/project-options.js';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AcceptanceSettings {
  readonly config: PosthogSinkConfig;
  readonly project: ProjectOptions;
}

const CONSENT = 'SLUICE_ACCEPT_POSTHOG';

export const USAGE = `npm run accept:posthog -- --yes

Sends about 40 marked events to a PostHog project, makes a few persons and a group in it, and asks its query API what became of them.
Use a project that holds nothing else. Nothing is deleted afterwards.

  POSTHOG_HOST               where PostHog receives events, such as https://eu.i.posthog.com
  POSTHOG_API_KEY            the project's API key, phc_…
  POSTHOG_PROJECT_ID         the number of the project
  POSTHOG_PERSONAL_API_KEY   a personal API key, phx_…, with the scope query:read
  POSTHOG_URL                where people open PostHog; default: what belongs to POSTHOG_HOST
  ${CONSENT}      yes, in place of --yes

Exit code 0: no assumption failed. 1: at least one did not hold. 2: the script could not run.`;

const NEEDED = ['POSTHOG_HOST', 'POSTHOG_API_KEY', 'POSTHOG_PROJECT_ID', 'POSTHOG_PERSONAL_API_KEY'] as const;

/** The settings, or why the script does not run. */
export function acceptanceSettings(args: readonly string[], environment: Environment): AcceptanceSettings | string {
  if ((environment['CI'] ?? '') !== '') return 'the script sends events to a real project: not in CI';
  if (!args.includes('--yes') && environment[CONSENT] !== 'yes') {
    return `the script sends events to the project: pass --yes, or set ${CONSENT}=yes`;
  }
  const missing = NEEDED.filter((name) => (environment[name] ?? '') === '');
  if (missing.length > 0) return `not set: ${missing.join(', ')}`;
  const url = environment['POSTHOG_URL'];
  const parsed = posthogSinkConfig.safeParse({
    host: environment['POSTHOG_HOST'],
    apiKey: environment['POSTHOG_API_KEY'],
    project: {
      id: environment['POSTHOG_PROJECT_ID'],
      personalApiKey: environment['POSTHOG_PERSONAL_API_KEY'],
      ...(url === undefined ? {} : { url }),
    },
  });
  if (!parsed.success) return z.prettifyError(parsed.error);
  const { project } = parsed.data;
  return project === undefined ? 'no project' : { config: parsed.data, project };
}
