const MASK = '[redacted]';

/** Shorter texts occur by chance; replacing them would make messages unreadable without hiding anything. */
const MIN_LENGTH = 6;

const known = new Set<string>();
let longestFirst: readonly string[] = [];

function remember(text: string): void {
  if (text.length < MIN_LENGTH || known.has(text)) return;
  known.add(text);
  longestFirst = [...known].toSorted((a, b) => b.length - a.length);
}

function passwordOf(text: string): string | undefined {
  // The last @ ends the credentials: a password that was not percent-encoded may hold one itself.
  return /^[a-z][a-z0-9+.-]*:\/\/[^:/?#]*:(?<password>[^/?#]+)@/iu.exec(text)?.groups?.['password'];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Makes a secret known for the rest of the process, in the forms in which clients quote it: as it is, percent-encoded,
 * and for an address its password alone, encoded and decoded.
 */
export function registerSecret(secret: string): void {
  const password = passwordOf(secret);
  for (const text of password === undefined ? [secret] : [secret, password, decoded(password)]) {
    remember(text);
    remember(encodeURIComponent(text));
  }
}

/** Whether the text holds a known secret. */
export function holdsKnownSecret(text: string): boolean {
  return longestFirst.some((secret) => text.includes(secret));
}

/** The text without any secret that this process knows, wherever in it they are: an error of a client, its stack. */
export function redactKnownSecrets(text: string): string {
  let result = text;
  for (const secret of longestFirst) result = result.replaceAll(secret, MASK);
  return result;
}

/** Like `redactKnownSecrets`, with asterisks in place, so that columns below the text still point at the same thing. */
export function maskKnownSecrets(text: string): string {
  let result = text;
  for (const secret of longestFirst) result = result.replaceAll(secret, '*'.repeat(secret.length));
  return result;
}
