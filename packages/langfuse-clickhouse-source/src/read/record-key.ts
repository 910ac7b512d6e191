import type { RecordKey } from '../sql/records-query.js';

/** The ids in a key, `project/id`; undefined for any other text. A project's id has no slash. */
export function keyOf(text: string): RecordKey | undefined {
  const slash = text.indexOf('/');
  return slash === -1 ? undefined : [text.slice(0, slash), text.slice(slash + 1)];
}

export function keyText([project, id]: RecordKey): string {
  return `${project}/${id}`;
}
