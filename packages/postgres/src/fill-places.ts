/** Writes something where each `?` of a statement is. `\?` is a `?` itself. */
export function fillPlaces(text: string, written: (index: number) => string): string {
  let filled = 0;
  return text.replaceAll(/\\?\?/g, (mark) => (mark === '?' ? written(filled++) : '?'));
}

/** The statement with PostgreSQL's own parameters. */
export function numbered(text: string): string {
  return fillPlaces(text, (index) => `$${index + 1}`);
}
