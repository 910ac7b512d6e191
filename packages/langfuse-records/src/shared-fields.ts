import { field, NULLABLE } from './field.js';

export const PROJECT_ID = field('text', 'The project’s id.');
export const PROJECT_NAME = field('text', 'The project’s name.', NULLABLE);
export const TRACE_ID_DOC = 'The trace’s id, even if there is no such trace.';

export function environmentOf(noun: string) {
  return field('text', `The environment of the ${noun}, such as production.`, NULLABLE);
}
