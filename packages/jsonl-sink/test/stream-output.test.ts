import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { RefusedError, TransientError } from '@sluice/core/adapter';
import { expect } from 'chai';
import { outputError } from '#src/output-error.js';
import { StreamOutput } from '#src/stream-output.js';

function failing(code: string): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });
}

describe('lines to a stream', () => {
  it('leave in one write', async () => {
    const stream = new PassThrough();
    const output = new StreamOutput(stream, 'stdout');
    await output.open();
    await output.write(Buffer.from('{"a":1}\n{"a":2}\n'));
    await output.close();
    expect(stream.destroyed).to.equal(false);
    stream.end();
    expect(await text(stream)).to.equal('{"a":1}\n{"a":2}\n');
  });

  it('stop with a refusal when nobody reads any more', async () => {
    const output = new StreamOutput(failing('EPIPE'), 'stdout');
    await output.open();
    expect(await output.write(Buffer.from('{}\n')).catch(asIs)).to.be.instanceOf(RefusedError);
    expect(await output.write(Buffer.from('{}\n')).catch(asIs)).to.be.instanceOf(RefusedError);
    await output.close();
  });

  it('stop with a refusal on a full disk, which may have left part of a line', async () => {
    const output = new StreamOutput(failing('ENOSPC'), 'stdout');
    await output.open();
    expect(await output.write(Buffer.from('{}\n')).catch(asIs))
      .to.be.instanceOf(RefusedError)
      .with.property('message', 'cannot write to stdout: ENOSPC');
    await output.close();
  });
});

it('lines to a file that cannot take all of them are not taken for written', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'sluice-stdout-')), 'lines');
  const program = fileURLToPath(new URL('writing-process.js', import.meta.url));
  // A file may have one block, of which the second write has a part.
  const limited = `ulimit -f 1; exec "$0" --conditions=sluice-modules "$1" > "$2"`;
  const { status, stderr } = spawnSync('bash', ['-c', limited, process.execPath, program, file], { encoding: 'utf8' });
  rmSync(dirname(file), { recursive: true });
  expect([status, stderr]).to.deep.equal([
    0,
    'written\ncannot write to stdout: EFBIG\ncannot write to stdout: EFBIG\n',
  ]);
});

describe('what an error of the file system means', () => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EIO']) {
    it(`waits on ${code}`, () => {
      expect(outputError(Object.assign(new Error('x'), { code }), 'file')).to.be.instanceOf(TransientError);
    });
  }

  for (const code of ['EACCES', 'EROFS', 'EISDIR', 'ENOENT']) {
    it(`pauses on ${code}`, () => {
      expect(outputError(Object.assign(new Error('x'), { code }), 'file')).to.be.instanceOf(RefusedError);
    });
  }

  it('leaves a bug what it is', () => {
    const bug = new TypeError('x is not a function');
    expect(outputError(bug, 'file')).to.equal(bug);
  });
});

function asIs(error: unknown): unknown {
  return error;
}
