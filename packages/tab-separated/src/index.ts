export { hasSameText } from './has-same-text.js';
export { KeyIndex } from './key-index.js';
export { parseJson } from './parse-json.js';
export { TextPage, type TextPageOptions } from './text-page.js';
export { type KeyedColumns, type TabSeparatedText, type TextColumns, TextRecords } from './text-records.js';
