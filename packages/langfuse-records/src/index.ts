export { isContent } from './content-fields.js';
export { langfuseRecords, type LangfuseField, type LangfuseStreamName } from './langfuse-records.js';
export { recordAt } from './record-at.js';
export { type Difference, type Differences, streamSchema } from './stream-schema.js';
