import { STANDARD_FIELDS, type SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import { expect } from 'chai';
import { parse } from 'yaml';
import { z } from 'zod';
import { startingMapping } from '#src/init/starting-mapping.js';

const field = { nullable: false, personal: false, doc: 'A field.' };
const source = {
  type: 'shop',
  config: z.strictObject({}),
  streams: [
    {
      name: 'order',
      doc: 'An order.',
      key: ['id'],
      fields: {
        id: { ...field, type: 'text', changeable: false },
        placed: { ...field, type: 'timestamp', changeable: true },
      },
    },
  ],
} as unknown as SourceDefinition;

function mappingFor(identity: readonly { readonly field: string }[]): Record<string, unknown> {
  const sink = { type: 'acme', eventSchema: { fields: STANDARD_FIELDS, identity } } as unknown as SinkDefinition;
  return parse(startingMapping('orders', { source, sink, preset: undefined })) as Record<string, unknown>;
}

describe('a starting mapping', () => {
  it('writes the record into the properties of a standard event', () => {
    const [event] = mappingFor([{ field: 'uuid' }])['events'] as readonly Record<string, unknown>[];
    expect(event).to.include({ event: 'order', time: 'placed' }).and.not.have.property('groups');
    expect(event?.['properties']).to.deep.equal({ id: 'id', placed: 'placed' });
  });

  it('accepts a changeable field only where it is part of the identity at the destination', () => {
    expect(mappingFor([{ field: 'uuid' }])).not.to.have.property('identity');
    expect(mappingFor([{ field: 'uuid' }, { field: 'time' }])['identity']).to.deep.include({ accepts: ['placed'] });
  });
});
