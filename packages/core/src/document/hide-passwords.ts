/** The line of a file with asterisks in place of what stands behind the name of a secret, and of a password in a URL. */
export function hidePasswords(line: string): string {
  return line.replaceAll(
    /(?<=:\/\/[^\s:/@]*:)(?!\$\{[^}]*\}@).+(?=@)|(?<=(?:key|password|secret|token)["']?\s*[:=]\s*)(?!["']?(?:\$\{|-?\u2026))\S.*$/giu,
    (secret) => '*'.repeat(secret.length),
  );
}

export function mayHoldPassword(line: string): boolean {
  return hidePasswords(line) !== line;
}
