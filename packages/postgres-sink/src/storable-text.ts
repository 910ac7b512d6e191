/** What neither a text nor jsonb takes: NUL, and half of a surrogate pair, which `\p{Cs}` is with the flag `u`. */
export const UNSTORABLE = /[\0\p{Cs}]/gu;

/** Whether Postgres can store a text. */
export function isStorable(text: string): boolean {
  return text.search(UNSTORABLE) === -1;
}
