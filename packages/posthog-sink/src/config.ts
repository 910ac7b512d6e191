import { insecureProblem, timeout } from '@sluice/adapter-kit';
import { secretText } from '@sluice/core/adapter';
import { z } from 'zod';
import { appAddress, normaliseHost } from './host.js';
import { projectKeyProblem, trimmedKey } from './project-key.js';
import { projectOptions } from './project-options.js';

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
      .describe('Where PostHog receives events. An address of its user interface is corrected.'),
    apiKey: secretText()
      .transform(trimmedKey)
      .superRefine((key, context) => {
        const message = projectKeyProblem(key);
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      })
      .describe("The project's API key, `phc_…`, from PostHog, Settings, Project, General."),
    protocol: z
      .enum(['auto', 'v0', 'v1'])
      .default('auto')
      .describe("PostHog's protocol; `auto` asks the host at the start of a run."),
    gzip: z.boolean().default(true).describe('Whether requests are compressed.'),
    shorten: z
      .array(z.string().min(1))
      .default([])
      .describe('Properties whose long texts are cut when an event is too large for PostHog, instead of rejecting it.'),
    project: projectOptions.optional(),
    allowInsecure: z
      .boolean()
      .default(false)
      .describe('Whether the key may travel over plain http to another machine.'),
    connectTimeout: timeout('10s').describe('How long name lookup, connection and TLS handshake may each take.'),
    requestTimeout: timeout('60s').describe('How long a whole request may take.'),
  })
  .superRefine(({ host, project, allowInsecure }, context) => {
    const message = insecureProblem(host.url, 'the project key', allowInsecure);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['host'], message });
    if (project === undefined) return;
    const url = project.url ?? appAddress(host.url);
    const problem = insecureProblem(url, 'the personal API key', allowInsecure);
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['project', 'url'], message: problem });
  });

export type PosthogSinkConfig = z.infer<typeof posthogSinkConfig>;
