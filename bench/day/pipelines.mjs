import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Daily schedules are at these hours of these zones; Berlin's clock is set back within the day of the bench. */
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'];

/**
 * Pipelines of three files: of ten, one is due every quarter of an hour, six every hour and three every day.
 *
 * @returns the files, and of each pipeline its name, its schedule and the tenant whose rows it exports
 */
export function writePipelines(folder, count) {
  const quarters = Math.round(count * 0.1);
  const days = Math.round(count * 0.3);
  const kinds = [
    { kind: 'quarter', size: quarters, schedule: () => ({ kind: 'interval', everyMs: 900_000 }) },
    {
      kind: 'hour',
      size: count - quarters - days,
      schedule: () => ({ kind: 'cron', cron: '0 * * * *', timeZone: 'UTC' }),
    },
    {
      kind: 'day',
      size: days,
      schedule: (index) => ({ kind: 'cron', cron: `30 ${index % 24} * * *`, timeZone: ZONES[index % ZONES.length] }),
    },
  ];
  mkdirSync(folder, { recursive: true });
  const pipelines = [];
  const files = kinds.map(({ kind, size, schedule }) => {
    const entries = Array.from({ length: size }, (_, index) => {
      const tenant = `${kind}-${index}`;
      const own = schedule(index);
      pipelines.push({ name: `${kind}.${tenant}`, kind, tenant, schedule: own });
      const values = own.kind === 'cron' ? { cron: own.cron, zone: own.timeZone } : { every: '15m' };
      return `  ${tenant}: ${JSON.stringify(values)}`;
    });
    const file = join(folder, `${kind}.yaml`);
    writeFileSync(file, pipelineFile(kind, entries));
    return file;
  });
  return { files, pipelines };
}

function pipelineFile(kind, entries) {
  const schedule =
    kind === 'quarter' ? '{ every: "${each.every}" }' : '{ cron: "${each.cron}", timeZone: "${each.zone}" }';
  return `sluice: 1
pipeline: ${kind}
foreach:
${entries.join('\n')}
source:
  use: postgres
  with:
    url: \${DAY_DATABASE_URL}
    streams:
      visit:
        query: SELECT id, at FROM visits WHERE tenant = '\${each}'
        key: [id]
        created: at
        fields:
          id: { type: text, nullable: false }
          at: { type: timestamp, nullable: false }
sink: { use: webhook, with: { url: '\${DAY_RECEIVER_URL}' } }
mapping:
  source: postgres
  sink: any
  events:
    - event: visit
      from: visit
      uuid: uuid5('5a1f6a0e-54e6-4a3c-9c9c-2f6a4b0c7d11', id)
      time: at
      user: id
      properties: { id: id }
schedule: ${schedule}
state: { use: postgres, with: { url: '\${DAY_DATABASE_URL}', leaseSeconds: 15 } }
scheduler: { use: pg-boss, with: { url: '\${DAY_DATABASE_URL}' } }
settle: 1m
revisit: 0s
`;
}
