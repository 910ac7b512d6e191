import { expect } from 'chai';
import { z } from 'zod';
import { describeIssue } from '#src/config/describe-issue.js';

function said(schema: z.ZodType, value: unknown): readonly string[] {
  return schema.safeParse(value).error?.issues.map(describeIssue) ?? [];
}

const record = z.record(z.string(), z.number());

describe('what is wrong with an option', () => {
  for (const [schema, value, message] of [
    [z.int().min(1), 0, 'must be at least 1'],
    [z.int().max(20), 21, 'must be at most 20'],
    [z.number().positive(), 0, 'must be more than 0'],
    [z.number().lt(5), 5, 'must be less than 5'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().min(8), 'short', 'must have at least 8 characters'],
    [z.array(z.string()).min(1), [], 'must not be empty'],
    [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 items'],
    [z.string(), 1, 'must be a text'],
    [z.number(), 'x', 'must be a number'],
    [z.boolean(), 'x', 'must be true or false'],
    [z.array(z.string()), 'x', 'must be a list'],
    [record, ['a'], 'must be names and values'],
    [z.strictObject({}), ['a'], 'must be names and values'],
    [z.union([z.string(), record]), 1, 'must be a text or names and values'],
    [z.union([z.literal('all'), z.array(z.string())]), 1, 'expected all; or must be a list'],
    [z.int().min(1, 'write a number of days'), 0, 'write a number of days'],
    [z.number('write a price'), 'x', 'write a price'],
  ] as const) {
    it(`is said as one would: ${message}`, () => {
      expect(said(schema, value)).to.deep.equal([message]);
    });
  }
});
