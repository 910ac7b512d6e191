import { httpTimeouts, pagedSource } from '@sluice/adapter-kit';
import { secretText } from '@sluice/core/adapter';
import { SourceDriftError, type StreamSchema } from '@sluice/core/source';
import { z } from 'zod';

/** The options under `with:` in a pipeline file. */
const config = z.strictObject({
  host: z.url().default('https://api.example.com').describe('The address of Example.'),
  token: secretText().describe('A token that may read.'),
  ...httpTimeouts,
});

/** One kind of record. Next: its key, and the fields that mappings may use. */
const records: StreamSchema = {
  name: 'record',
  doc: 'A record of Example.',
  key: ['id'],
  fields: {
    id: { type: 'text', nullable: false, changeable: false, personal: false, doc: 'The id.' },
    created_at: { type: 'timestamp', nullable: false, changeable: false, personal: false, doc: 'When it was made.' },
  },
};

/** Reads the records of Example. `npm test` says what is missing. */
export const exampleSource = pagedSource({
  type: 'sluice-example-source',
  name: 'Example',
  doc: 'Reads the records of Example.',
  config,
  request: ({ host, token }) => ({ url: host, auth: { bearer: token } }),
  streams: [
    {
      schema: records,
      // Asks for one page: `get('/records', { from, until })` with `token`, the place where the page before has ended.
      page: async () => {
        throw new SourceDriftError('next: write `page` in src/example-source.ts');
      },
      created: (record) => Date.parse(z.iso.datetime({ offset: true }).parse(record['created_at'])),
      // If records change, write `changed`, and give `changes: true` and `change` to the suite in the test.
      // If Example gives a record by its id, write `record`.
    },
  ],
});
