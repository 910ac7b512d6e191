import { expect } from 'chai';
import { recordAt } from '#src/record-at.js';

const at = (path: string) => recordAt(new URL(path, 'https://langfuse.example.com'));

describe('the address of a page of Langfuse', () => {
  it('is that of a trace, or of a generation in it', () => {
    expect(at('/project/p1/traces/abc')).to.deep.equal({ stream: 'trace', key: 'abc' });
    expect(at('/base/project/p1/traces/a%2Fb?display=details')).to.deep.equal({ stream: 'trace', key: 'a/b' });
    expect(at('/project/p1/traces/%zz/')).to.deep.equal({ stream: 'trace', key: '%zz' });
    expect(at('/project/p1/traces/abc?observation=o1')).to.deep.equal({ stream: 'generation', key: 'o1' });
    expect(at('/project/p1/traces?peek=abc')).to.deep.equal({ stream: 'trace', key: 'abc' });
  });

  it('is none of a record elsewhere', () => {
    for (const path of ['/', '/project/p1/traces', '/project/p1/sessions/s1', '/traces/abc']) {
      expect(at(path), path).to.equal(undefined);
    }
  });
});
