import { Secret } from '@sluice/core/adapter';

/** Replaces the key wherever a request is shown. */
export const MASKED_KEY = 'phc_***';

/** Shorter texts occur in other words too. */
const MIN_LENGTH = 8;

const PROJECT_KEY = /^phc_[\x21-\x7e]+$/;

/** PostHog's server trims keys in a body, and a header cannot contain a line break. */
export function trimmedKey(key: Secret): Secret {
  return new Secret(key.reveal().trim());
}

/** Why a key cannot be a project key. The message does not contain the key. */
export function projectKeyProblem(key: Secret): string | undefined {
  const text = key.reveal();
  if (text.startsWith('phx_')) {
    return 'this is a personal API key (phx_): events need the project API key (phc_), from PostHog, Settings, Project';
  }
  if (text.startsWith('phs_')) {
    return 'this is a secret key (phs_): events need the project API key (phc_), from PostHog, Settings, Project';
  }
  if (/^https?:/i.test(text)) return 'this is an address: are host and apiKey swapped?';
  if (!text.startsWith('phc_')) {
    return 'a project API key begins with phc_: copy it from PostHog, Settings, Project';
  }
  if (!PROJECT_KEY.test(text)) return 'a project API key is phc_ and letters or digits, without spaces';
  return undefined;
}

/** Masks the key in text from outside, such as an answer that quotes the request. */
export function withoutKey(text: string, key: Secret): string {
  const written = key.reveal();
  const masked = text.replaceAll(written, MASKED_KEY).replaceAll(encodeURIComponent(written), MASKED_KEY);
  // A proxy can damage the public beginning of a key that it repeats.
  const secret = written.slice('phc_'.length);
  return secret.length < MIN_LENGTH ? masked : masked.replaceAll(secret, '***');
}
