import { raw } from '../sql/sql.js';

const CONDITION = raw(`data_type IN ('NUMERIC', 'BOOLEAN', 'CATEGORICAL', 'TEXT')`);

/** A correction of an output is in the table of scores and is none. */
export const scoreCondition = { rows: CONDITION, records: CONDITION, columns: ['data_type'] };
