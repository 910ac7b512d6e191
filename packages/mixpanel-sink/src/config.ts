import { httpOptions, insecureProblem } from '@sluice/adapter-kit';
import { Secret, secretText } from '@sluice/core/adapter';
import { z } from 'zod';
import { hostOf, REGIONS } from './host.js';

/** A token or password copied with white space around it would be refused. */
function copiedSecret() {
  return secretText()
    .transform((secret) => new Secret(secret.reveal().trim()))
    .refine(
      (secret) => /^[\x21-\x7e]+$/.test(secret.reveal()),
      'must be letters, digits and other characters without spaces',
    );
}

/** The options of `use: mixpanel`. */
export const mixpanelSinkConfig = z
  .strictObject({
    host: z
      .string()
      .default(REGIONS.us)
      .transform((text, context) => {
        const host = hostOf(text);
        if (host !== undefined) return host;
        const message = `must be us, eu, in or an address such as ${REGIONS.eu}, without a user, a password or a query`;
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      })
      .describe("The project's data residency: us, eu or in; or the address of a proxy in front of Mixpanel."),
    projectToken: copiedSecret()
      .optional()
      .describe("The project's token, from Mixpanel, Project Settings. Either this or serviceAccount."),
    serviceAccount: z
      .strictObject({
        username: z.string().trim().min(1).describe('The username of the service account.'),
        secret: copiedSecret().describe('The secret of the service account.'),
        projectId: z
          .union([z.string(), z.number()])
          .transform(String)
          .refine((id) => /^\d+$/.test(id), 'must be the number of the project')
          .describe('The id of the project, from Mixpanel, Project Settings.'),
      })
      .optional()
      .describe('A service account whose role in the project is Owner or Admin. Either this or projectToken.'),
    longTexts: z
      .enum(['leave', 'cut'])
      .default('leave')
      .describe(
        'What happens to texts over 255 bytes, which Mixpanel cuts silently: leave sends them whole; cut cuts them and lists the properties in sluice_cut.',
      ),
    allowInsecure: z
      .boolean()
      .default(false)
      .describe('Whether the credentials may travel over plain http to another machine.'),
    ...httpOptions,
  })
  .superRefine(({ host, projectToken, serviceAccount, allowInsecure }, context) => {
    const message = insecureProblem(host, 'the credentials', allowInsecure);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['host'], message });
    if ((projectToken === undefined) === (serviceAccount === undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['projectToken'],
        message: `${projectToken === undefined ? 'missing' : 'duplicate'} credentials: set either projectToken or serviceAccount`,
      });
    }
  });

export type MixpanelSinkConfig = z.output<typeof mixpanelSinkConfig>;
