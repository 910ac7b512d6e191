/** For authors of adapters and mapping languages: records and events as text, without objects between them. */
export { copyEvents } from './contracts/copy-events.js';
export type { EventText, EventTextMap, EventTextValue, WriteEvent, WriteValue } from './contracts/event-text.js';
export { FixedBytes } from './contracts/fixed-bytes.js';
export { mapEntry } from './contracts/map-entry.js';
export { daysSince1970 } from './contracts/days-since-1970.js';
export { NULL_VALUE, type PageText } from './contracts/page-text.js';
export { bytesIdentity } from './contracts/text-identity.js';
export { TextOutput } from './contracts/text-output.js';
export { keepsOrder, writeEntries } from './contracts/write-entries.js';
export { writeMappedEvent } from './contracts/write-mapped-event.js';
