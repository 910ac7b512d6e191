import { ConfigError, secretText, type Secret } from '@sluice/core/adapter';
import type { z } from 'zod';
import { parseConnectionUrl, type ConnectionSettings } from './connection-settings.js';

/** The option `url` of every adapter that talks to Postgres. */
export function postgresUrl(): z.ZodType<Secret> {
  return secretText().superRefine((url, context) => {
    const parsed = parseConnectionUrl(url.reveal());
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
  });
}

/**
 * What a URL says that `postgresUrl` has accepted. The files that it names are relative to `baseDirectory`; without one,
 * relative ones are not read. Throws `ConfigError` for a
 * file that cannot be read.
 */
export function connectionSettings(url: Secret, baseDirectory?: string): ConnectionSettings {
  const parsed = parseConnectionUrl(url.reveal(), baseDirectory);
  if ('problem' in parsed) throw new ConfigError([], `the url ${parsed.problem}`);
  return parsed;
}
