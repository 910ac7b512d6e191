/** https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#batch */
export const BATCH_PATH = '/v1/batch';
