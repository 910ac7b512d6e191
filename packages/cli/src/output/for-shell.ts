/** A word as a POSIX shell reads it. */
export function forShell(word: string): string {
  return /^[\w./+:=@,-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
