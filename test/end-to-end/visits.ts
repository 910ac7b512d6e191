/** The schema of a file of visits, each with an id and a time. */
export const VISITS_SCHEMA = `sluice: 1
source: jsonl
streams:
  visit:
    key: [id]
    created: at
    fields: { id: { type: text }, at: { type: timestamp } }
`;

/** One event for each visit, as the end of a pipeline file. */
export function visitsMapping(sink: 'jsonl' | 'webhook'): string {
  return `mapping:
  source: visits.schema.yaml
  sink: ${sink}
  events:
    - event: visit
      from: visit
      uuid: uuid5('5a1f6a0e-54e6-4a3c-9c9c-2f6a4b0c7d11', id)
      time: at
      properties: { id: id }
settle: 5m
revisit: 0s
`;
}
