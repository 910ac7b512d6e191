import { VALUE_KEY_DOCS } from './language-keys.js';

/** The keys of a value that is written as a map: `{ value: …, when: … }`. */
export const VALUE_KEYS = Object.keys(VALUE_KEY_DOCS);

/** Those of which a value has exactly one. */
export const GIVING_KEYS = ['value', 'const', 'url'];
