export { assertContent, type Content, contentOption, withheldContent } from './content-option.js';
export { langfuseRecords, type LangfuseField, type LangfuseStreamName } from './langfuse-records.js';
export { type Projects, PROJECTS_CHANGED, projectsOption } from './projects-option.js';
export { recordAt, type RecordAddress } from './record-at.js';
export { type Difference, type Differences, streamSchema } from './stream-schema.js';
export { Drift } from './drift.js';
export { durationText, followedMs, latenessFinding } from './lateness.js';
export { PROJECTS_FINDING, PROJECTS_QUESTION } from './projects-question.js';
