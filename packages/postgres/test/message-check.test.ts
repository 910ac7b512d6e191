import { expect } from 'chai';
import fc from 'fast-check';
import { MessageCheck, NOT_POSTGRES } from '#src/message-check.js';
import { authentication, fatal, message } from './fake-server.js';

function check(bytes: Buffer, cuts: readonly number[] = []): void {
  const checked = new MessageCheck();
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    checked.check(bytes.subarray(from, cut));
    from = cut;
  }
}

describe('the check of messages', () => {
  const valid = Buffer.concat([
    authentication(0),
    message('S', 'server_version\x0016\0'),
    message('N', 'SNOTICE\0C00000\0Mhello\0\0'),
    message('Z', 'I'),
    message('D', Buffer.alloc(70_000, 'E')),
    message('C', 'SELECT 1\0'),
    fatal('57P01', 'stopped'),
  ]);

  it('accepts messages, wherever they are cut', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 200 }).map((n) => (n < 150 ? n : valid.length - n + 150)));
    fc.assert(
      fc.property(cuts, (list) =>
        check(
          valid,
          list.toSorted((a, b) => a - b),
        ),
      ),
    );
    check(
      valid,
      Array.from({ length: valid.length - 1 }, (_, index) => index + 1).filter((cut) => cut % 97 === 0 || cut < 150),
    );
  });

  it('refuses reports that the parser would not find the end of, wherever they are cut', () => {
    for (const body of ['', 'S', 'SA', 'SA\0', 'SA\0CB', '\0\0', 'SA\0\0x']) {
      for (let cut = 0; cut < body.length + 5; cut += 1) {
        expect(() => check(message('E', body), [cut]), JSON.stringify(body)).to.throw(NOT_POSTGRES);
      }
    }
  });

  it('refuses what announces more bytes than a server sends', () => {
    expect(() => check(Buffer.from('HTTP/1.1 400 Bad Request'))).to.throw(NOT_POSTGRES);
    expect(() => check(Buffer.from([69, 0x7f, 0xff, 0xff, 0xff]))).to.throw(NOT_POSTGRES);
    expect(() => check(Buffer.from([69, 0, 0x20, 0, 0]))).to.throw(NOT_POSTGRES);
  });
});
