import { expect } from 'chai';
import { recordAt } from '#src/record-at.js';

const at = (path: string) => recordAt(new URL(path, 'https://langfuse.example.com'));

const project = 'p1';

describe('the address of a page of Langfuse', () => {
  it('is that of a trace, or of an observation in it', () => {
    expect(at('/project/p1/traces/abc')).to.deep.equal({ stream: 'trace', project, id: 'abc' });
    expect(at('/base/project/p1/traces/a%2Fb?display=details')).to.deep.equal({ stream: 'trace', project, id: 'a/b' });
    expect(at('/project/p1/traces/%zz/')).to.deep.equal({ stream: 'trace', project, id: '%zz' });
    expect(at('/project/p1/traces/abc?observation=o1')).to.deep.equal({ stream: 'observation', project, id: 'o1' });
    expect(at('/project/a%20b/traces/abc')?.project).to.equal('a b');
    expect(at('/trace/a%2Fb')).to.deep.equal({ stream: 'trace', id: 'a/b' });
    expect(at('/project/p1/traces?peek=abc')).to.deep.equal({ stream: 'trace', project, id: 'abc' });
  });

  it('is none of a record elsewhere', () => {
    for (const path of ['/', '/project/p1/traces', '/project/p1/sessions/s1', '/traces/abc']) {
      expect(at(path), path).to.equal(undefined);
    }
  });
});
