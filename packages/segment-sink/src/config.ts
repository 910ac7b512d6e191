import { httpOptions, insecureProblem } from '@sluice/adapter-kit';
import { secretText } from '@sluice/core/adapter';
import { z } from 'zod';

/** Where Segment takes events in, by the region of the workspace. */
export const REGIONS = { us: 'https://api.segment.io', eu: 'https://events.eu1.segmentapis.com' } as const;

/** The options of `use: segment`. */
export const segmentSinkConfig = z
  .strictObject({
    host: z
      .string()
      .default(REGIONS.us)
      .transform((text, context) => {
        const url = hostOf(text.trim());
        if (url !== undefined) return url;
        const message = `must be us, eu or an address such as ${REGIONS.us}, without a user, a password or a query`;
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      })
      .describe('Where events are sent: us or eu for Segment, or the address of RudderStack’s data plane or of Jitsu.'),
    writeKey: secretText().describe('The write key of the source, from its settings at the destination.'),
    allowInsecure: z
      .boolean()
      .default(false)
      .describe('Whether the key may travel over plain http to another machine.'),
    ...httpOptions,
    gzip: z.boolean().default(false).describe('Whether requests are compressed.'),
  })
  .superRefine(({ host, allowInsecure }, context) => {
    const message = insecureProblem(host, 'the write key', allowInsecure);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['host'], message });
  });

export type SegmentSinkConfig = z.output<typeof segmentSinkConfig>;

/** The address without the path of the API; undefined if the text is no address. */
function hostOf(text: string): string | undefined {
  const region = Object.entries(REGIONS).find(([name]) => name === text.toLowerCase());
  if (region !== undefined) return region[1];
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { origin, pathname, search, hash, username, password } = new URL(text);
  if (search !== '' || hash !== '' || username !== '' || password !== '') return undefined;
  return `${origin}${pathname.replace(/(?:\/v1(?:\/batch)?)?\/*$/, '')}`;
}
