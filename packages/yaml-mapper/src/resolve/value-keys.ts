/** The keys of a value that is written as a map: `{ value: …, when: … }`. */
export const VALUE_KEYS = ['value', 'const', 'url', 'enum', 'else', 'when', 'unit', 'omitNull', 'doc'];

/** Those of which a value has exactly one. */
export const GIVING_KEYS = ['value', 'const', 'url'];
