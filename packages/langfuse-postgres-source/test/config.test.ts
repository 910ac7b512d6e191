import { expect } from 'chai';
import { langfusePostgresSourceConfig } from '#src/config.js';

function messagesOf(projects: unknown): readonly string[] {
  const result = langfusePostgresSourceConfig.safeParse({ url: 'postgres://reader@localhost/langfuse', projects });
  return (result.error?.issues ?? []).map((issue) => {
    // A problem of an item is inside the problem of the alternatives.
    const inside = issue.code === 'invalid_union' ? issue.errors.flat().find(({ path }) => path.length > 0) : undefined;
    return (inside ?? issue).message;
  });
}

describe('the option projects', () => {
  it('accepts all, and a list of ids', () => {
    expect(messagesOf('all')).to.deep.equal([]);
    expect(messagesOf(['123', 'abc'])).to.deep.equal([]);
  });

  const mistakes: readonly (readonly [title: string, projects: unknown, message: string])[] = [
    ['all in a list', ['all'], 'write projects: all'],
    ['all in a list in other letters', ['ALL', 'a'], 'write projects: all'],
    ['a number', [123], `write '123' in quotes`],
    ['a number among texts', ['a', 0], `write '0' in quotes`],
    ['a truth value', [true], `write 'true' in quotes`],
    ['a number without a list', 123, `write '123' in quotes`],
    ['a number that JavaScript rounds', [Number('1489013278431281152123')], 'write each project id in quotes'],
    ['an id without a list', 'abc', `write all, or a list such as ['abc']`],
    ['an empty list', [], 'write all, or a list of project ids'],
    ['nothing', null, 'write all, or a list of project ids'],
  ];
  for (const [title, projects, message] of mistakes) {
    it(`says what to write instead of ${title}`, () => {
      expect(messagesOf(projects)).to.deep.equal([message]);
    });
  }
});
