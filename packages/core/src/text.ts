/** For authors of adapters and mapping languages: records and events as text, without objects between them. */
export { copyEvents } from './text/copy-events.js';
export type { EventText, EventTextMap, EventTextValue, WriteEvent, WriteValue } from './contracts/event-text.js';
export { FixedBytes } from './contracts/fixed-bytes.js';
export { mapEntry } from './text/map-entry.js';
export { daysSince1970 } from './text/days-since-1970.js';
export { NULL_VALUE, type PageText } from './contracts/page-text.js';
export { bytesIdentity } from './text/text-identity.js';
export { TextOutput } from './contracts/text-output.js';
export { keepsOrder, writeEntries } from './text/write-entries.js';
export { writeMappedEvent } from './text/write-mapped-event.js';
