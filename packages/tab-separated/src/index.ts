export { parseJson } from './parse-json.js';
export { TextPage, type TextPageOptions } from './text-page.js';
export { type TabSeparatedText, type TextColumns, TextRecords } from './text-records.js';
