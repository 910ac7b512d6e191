import { duration, secretText } from '@sluice/core';
import { z } from 'zod';
import { isLoopback, normaliseHost } from './host.js';
import { projectKeyProblem, trimmedKey } from './project-key.js';

/** Longer than nothing: without a limit a request could hang for ever. */
function timeout(fallback: string) {
  return duration()
    .refine((ms) => ms > 0, 'must be longer than 0')
    .prefault(fallback);
}

/** The options of `use: posthog`. */
export const posthogSinkConfig = z
  .strictObject({
    host: z
      .string()
      .default('https://us.i.posthog.com')
      .transform((text, context) => {
        const host = normaliseHost(text);
        if (host.kind === 'host') return host;
        context.addIssue({ code: 'custom', message: host.message });
        return z.NEVER;
      })
      .describe('Where PostHog takes events in. Addresses of its user interface are repaired.'),
    apiKey: secretText()
      .transform(trimmedKey)
      .superRefine((key, context) => {
        const message = projectKeyProblem(key);
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      })
      .describe("The project's key, `phc_…`: PostHog, Settings, Project, General."),
    protocol: z
      .enum(['auto', 'v0', 'v1'])
      .default('auto')
      .describe("Which of PostHog's protocols to speak; `auto` asks the host when a run begins."),
    gzip: z.boolean().default(true).describe('Whether requests are compressed.'),
    allowInsecure: z
      .boolean()
      .default(false)
      .describe('Lets the key travel over plain http to a host that is not this machine.'),
    connectTimeout: timeout('10s').describe('How long name lookup, connecting and TLS may each take.'),
    requestTimeout: timeout('60s').describe('How long a whole request may take.'),
  })
  .superRefine(({ host, allowInsecure }, context) => {
    const url = new URL(host.url);
    if (url.protocol === 'https:' || allowInsecure || isLoopback(url.hostname)) return;
    context.addIssue({
      code: 'custom',
      path: ['host'],
      message: 'the project key would travel unencrypted: use https, or set allowInsecure: true on a network you trust',
    });
  });

export type PosthogSinkConfig = z.infer<typeof posthogSinkConfig>;
