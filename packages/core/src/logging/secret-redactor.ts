import type { Redactor } from '../contracts/redactor.js';

const MASK = '[redacted]';

/** Shorter texts occur by chance; replacing them would make messages unreadable without hiding anything. */
const MIN_LENGTH = 6;

/** Keeps secrets in memory and finds them in texts. */
export class SecretRedactor implements Redactor {
  readonly #secrets = new Set<string>();
  #longestFirst: readonly string[] = [];

  add(secret: string): void {
    const password = passwordOf(secret);
    const texts = password === undefined ? [secret, secret.trim()] : [secret, password, decoded(password)];
    const known = this.#secrets.size;
    for (const text of texts.flatMap((each) => [each, encoded(each)])) {
      if (text.length >= MIN_LENGTH) this.#secrets.add(text);
    }
    if (this.#secrets.size > known) this.#longestFirst = [...this.#secrets].toSorted((a, b) => b.length - a.length);
  }

  redact(text: string): string {
    return this.#longestFirst.reduce((result, secret) => result.replaceAll(secret, MASK), text);
  }

  mask(text: string): string {
    return this.#longestFirst.reduce((result, secret) => result.replaceAll(secret, '*'.repeat(secret.length)), text);
  }
}

function passwordOf(text: string): string | undefined {
  // The last @ ends the credentials: a password that was not percent-encoded may contain one itself.
  return /^[a-z][a-z0-9+.-]*:\/\/[^:/?#]*:(?<password>[^/?#]+)@/iu.exec(text)?.groups?.['password'];
}

/** Half of a character, which an escape of YAML can make, has no encoding. */
function encoded(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
