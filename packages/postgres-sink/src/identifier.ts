/** The longest name in Postgres, in bytes of UTF-8: a longer one is cut silently. */
export const MAX_NAME_BYTES = 63;

/** A name as SQL writes it. A question mark stands for a value in the statements of the client, so it is escaped. */
export function quotedName(name: string): string {
  const quoted = name.replaceAll('"', '""');
  if (!quoted.includes('?')) return `"${quoted}"`;
  return `U&"${quoted.replaceAll('\\', '\\\\').replaceAll('?', String.raw`\003F`)}"`;
}

/** A text as SQL writes it, in a statement that is printed. */
export function quotedText(text: string): string {
  const quoted = text.replaceAll("'", "''");
  return quoted.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}
