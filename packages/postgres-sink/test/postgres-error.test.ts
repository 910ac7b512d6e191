import { RefusedError, TransientError } from '@sluice/core/adapter';
import { InvalidRequestError } from '@sluice/core/sink';
import { expect } from 'chai';
import { translatePostgresError } from '#src/postgres-error.js';

/** An error as pg makes it, with what the server reports. */
function anError(code: string): Error {
  return Object.assign(new Error('insert … - invalid input: "a value"'), { code });
}

const OUTCOMES: readonly [
  outcome: typeof TransientError | typeof RefusedError | typeof InvalidRequestError,
  codes: string,
][] = [
  [RefusedError, '28P01 28000 3D000 3F000 42P01 42703 42P10 42501 42809 428C9 42601'],
  [
    TransientError,
    '53000 53100 53200 53300 57P01 57P02 57P03 57014 55P03 08006 08001 40001 40P01 25006 XX000 ECONNRESET EPIPE ETIMEDOUT',
  ],
  [
    InvalidRequestError,
    '22P05 22P02 22021 22001 22003 22007 22008 23514 23502 23503 23505 23P01 54000 44000 P0001 P0004 MY001 99999',
  ],
];

describe('an error of Postgres', () => {
  for (const [outcome, codes] of OUTCOMES) {
    for (const code of codes.split(' ')) {
      it(`${code} is a ${outcome.name}`, () => {
        expect(translatePostgresError(anError(code), 'db.example.com:5432/analytics')).to.be.instanceOf(outcome);
      });
    }
  }

  it('never quotes a value when the events are at fault', () => {
    for (const code of OUTCOMES[2]?.[1].split(' ') ?? []) {
      const error = translatePostgresError(anError(code), 'db', 'cost');
      expect(String(error))
        .to.match(/column cost: .*\(\w{5}\)$/)
        .and.not.include('a value"');
    }
  });

  it('that is a bug stays one', () => {
    const bug = new TypeError('x is not a function');
    expect(translatePostgresError(bug, 'db')).to.equal(bug);
  });
});
