import { secretText, type Secret } from '@sluice/core/adapter';
import type { z } from 'zod';
import { parseConnectionUrl, type ConnectionSettings } from './connection-settings.js';

/** The option `url` of every adapter that talks to Postgres. */
export function postgresUrl(): z.ZodType<Secret> {
  return secretText().superRefine((url, context) => {
    const parsed = parseConnectionUrl(url.reveal());
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
  });
}

/** What a URL says that `postgresUrl` has accepted. */
export function connectionSettings(url: Secret): ConnectionSettings {
  const parsed = parseConnectionUrl(url.reveal());
  if ('problem' in parsed) throw new Error(`the url ${parsed.problem}`);
  return parsed;
}
