import { z } from 'zod';
import type { SinkDefinition } from '#src/contracts/definition.js';

/** A definition that can be registered and never be used. */
export function aSinkDefinition(overrides: Partial<SinkDefinition> = {}): SinkDefinition {
  return {
    kind: 'sink',
    apiVersion: 1,
    type: 'lines',
    doc: 'Lines.',
    eventSchema: 'any',
    repeats: () => ({ effect: 'add' }),
    config: z.strictObject({}),
    create: () => {
      throw new Error('nothing is created by registering');
    },
    ...overrides,
  };
}
