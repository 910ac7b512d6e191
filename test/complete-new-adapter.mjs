import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an author writes into a new sink and a new source named `acme`, for an API that takes and lists orders. */
const EDITS = {
  sink: [
    ['src/acme-sink.ts', 'import { httpOptions, httpSink, Unsendable } from', 'import { httpOptions, httpSink } from'],
    [
      'src/acme-sink.ts',
      "encode: () => new Unsendable('not-written', 'next: write `encode` in src/acme-sink.ts'),",
      `encode: (event) => ({
    uuid: event.uuid,
    name: event.event,
    at: event['time'] ?? null,
    data: event['properties'] ?? {},
  }),
  check: async (ask, _options, fail) => {
    const answer = await ask({ path: '/key' });
    if (answer.status !== 200) throw fail(answer);
    return 'Acme knows the key';
  },`,
    ],
  ],
  source: [
    ['src/acme-source.ts', 'import { SourceDriftError, type StreamSchema } from', 'import type { StreamSchema } from'],
    [
      'src/acme-source.ts',
      '/** One kind of record.',
      `/** A page of \`GET /records?from=…&until=…&after=ID\`, oldest first. */
const page = z.object({ records: z.array(z.record(z.string(), z.json())), next: z.string().optional() });

/** One kind of record.`,
    ],
    [
      'src/acme-source.ts',
      `page: async () => {
        throw new SourceDriftError('next: write \`page\` in src/acme-source.ts');
      },`,
      `page: async ({ from, until, token, get }) => {
        const range = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
        return page.parse(await get('/records', token === undefined ? range : { ...range, after: token }));
      },`,
    ],
  ],
};

/** Completes a package that `sluice new <kind> acme` wrote. */
export function completeNewAdapter(kind, folder) {
  for (const [path, before, after] of EDITS[kind]) {
    const file = join(folder, path);
    const text = readFileSync(file, 'utf8');
    if (!text.includes(before)) throw new Error(`${path} has no longer: ${before}`);
    writeFileSync(
      file,
      text.replace(before, () => after),
    );
  }
}
