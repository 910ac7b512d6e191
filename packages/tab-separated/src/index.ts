export { TextPage, type TextPageOptions } from './text-page.js';
export { RecordIndex } from './record-index.js';
export { type Matches, type TabSeparatedText, type TextColumns, TextRecords } from './text-records.js';
