/** The line of a file with asterisks in place of what stands behind the name of a secret, and of a password in a URL. */
export function hidePasswords(line: string): string {
  return line.replaceAll(
    /(?<=:\/\/[^\s:/@]*:)(?!\$\{[^}]*\}@).+(?=@)|(?<=(?:key|password|secret|token)["']?\s*[:=]\s*)(?!["']?(?:\$\{|-?\u2026))\S.*$/giu,
    (secret) => '*'.repeat(secret.length),
  );
}

/** How far before a value the name is looked for that makes it a secret. */
const MAX_BEFORE = 1_000;

/** Whether a part of a file, which begins at an offset, may be a secret: messages then do not quote it. */
export function mayBeSecret(text: string, start: number, part: string): boolean {
  const before = text.slice(Math.max(text.lastIndexOf('\n', start - 1) + 1, start - MAX_BEFORE), start);
  return hidePasswords(before + part) !== before + part;
}
