import { createHash } from 'node:crypto';
import { executeStatement } from '@sluice/langfuse-history';

const NEWEST = 'ORDER BY event_ts DESC LIMIT 1 BY project_id, id';

/**
 * The events that Langfuse's own exporter makes of the tables of v3, by what PostHog tells them apart by: name, uuid,
 * distinct id and time. Source: `worker/src/features/posthog` of Langfuse v3.225.
 */
export async function eventsOfOwnExporter(url: string): Promise<readonly (readonly string[])[]> {
  const answers = await Promise.all([
    executeStatement(url, rowsOf('langfuse trace', 'traces', 'id', 'timestamp')),
    executeStatement(
      url,
      rowsOf('langfuse generation', 'observations', 'trace_id', 'start_time', `r.type = 'GENERATION'`),
    ),
    executeStatement(url, rowsOf('langfuse score', 'scores', 'trace_id', 'timestamp')),
  ]);
  const lines = answers
    .join('')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const [event = '', name = '', user = '', time = ''] = line.split('\t');
    const uuid = uuidOf(name);
    return [event, uuid, user === '' ? uuid : user, `${time.slice(0, 23)}Z`];
  });
}

function rowsOf(event: string, table: string, trace: string, time: string, condition = 'true'): string {
  return `
    SELECT '${event}', concat(r.project_id, '-', r.id), ifNull(t.user_id, ''),
      formatDateTime(r.${time}, '%Y-%m-%dT%H:%i:%S.%f')
    FROM (SELECT * FROM ${table} ${NEWEST}) AS r
    LEFT JOIN (SELECT * FROM traces ${NEWEST}) AS t ON t.project_id = r.project_id AND t.id = r.${trace}
    WHERE r.is_deleted = 0 AND ${condition} FORMAT TabSeparated`;
}

/** The version 5 uuid of Langfuse's exporters. */
function uuidOf(name: string): string {
  const namespace = Buffer.from('0f6c91df-d035-4813-b838-9741ba38ef0b'.replaceAll('-', ''), 'hex');
  const hash = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) % 16) + 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) % 64) + 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
