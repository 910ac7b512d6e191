import { field, PERSONAL } from './field.js';

/** What went into the application and came out of it. Sources give them only with `content: include`. */
export const CONTENT_FIELDS = {
  input: field('json', 'The input: any JSON value. With content: include only.', PERSONAL),
  output: field('json', 'The output: any JSON value. With content: include only.', PERSONAL),
};
