import { regionalAddress } from '@sluice/adapter-kit';

/** Where Mixpanel takes events in, by the data residency of the project. https://docs.mixpanel.com/docs/privacy/eu-residency */
export const REGIONS = {
  us: 'https://api.mixpanel.com',
  eu: 'https://api-eu.mixpanel.com',
  in: 'https://api-in.mixpanel.com',
} as const;

/** People paste the address that their browser shows; events go to another one. */
const API_OF: Readonly<Record<string, string>> = {
  'mixpanel.com': REGIONS.us,
  'www.mixpanel.com': REGIONS.us,
  'eu.mixpanel.com': REGIONS.eu,
  'in.mixpanel.com': REGIONS.in,
};

/** Pure: the address of Mixpanel's API, without the path of its endpoint; undefined if the text names none. */
export function hostOf(text: string): string | undefined {
  const withScheme = Object.hasOwn(API_OF, text.trim().toLowerCase()) ? `https://${text.trim()}` : text;
  const address = regionalAddress(withScheme, REGIONS, /\/import$/);
  return address === undefined ? undefined : (API_OF[new URL(address).hostname] ?? address);
}
