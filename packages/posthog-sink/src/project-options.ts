import { regionalAddress } from '@sluice/adapter-kit';
import { Secret, secretText } from '@sluice/core/adapter';
import { z } from 'zod';

const REGIONS = { us: 'https://us.posthog.com', eu: 'https://eu.posthog.com' } as const;

const PERSONAL_KEY = /^phx_[\x21-\x7e]+$/;

/** The option `project`: access to what PostHog knows, which sending events does not need. */
export const projectOptions = z
  .strictObject({
    id: z
      .union([z.string(), z.number()])
      .transform((id) => String(id).trim())
      .refine((id) => /^\d+$/.test(id), 'must be the number of the project')
      .describe("The project's number, from the address of its pages."),
    personalApiKey: secretText()
      .transform((key) => new Secret(key.reveal().trim()))
      .refine(
        (key) => PERSONAL_KEY.test(key.reveal()),
        'must be a personal API key (phx_), from PostHog, Settings, Personal API keys',
      )
      .describe('A personal API key, `phx_…`, from PostHog, Settings, Personal API keys.'),
    url: z
      .string()
      .transform((text, context) => {
        // People paste the address of a page.
        const url = regionalAddress(text, REGIONS, /\/(?:project|settings|api)(?:\/.*)?$/);
        if (url !== undefined) return url;
        context.addIssue({ code: 'custom', message: `must be us, eu or an address such as ${REGIONS.us}` });
        return z.NEVER;
      })
      .optional()
      .describe('Where people open PostHog. Default: the address that belongs to host.'),
  })
  .describe('For `sluice dashboard` and `sluice verify --destination`. Sending events does not use it.');

export type ProjectOptions = z.infer<typeof projectOptions>;
