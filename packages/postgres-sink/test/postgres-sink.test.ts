import { RefusedError, TransientError } from '@sluice/core/adapter';
import { InvalidRequestError, type EventDescription, type MappedEvent, type Sink } from '@sluice/core/sink';
import { aUuid } from '@sluice/testkit';
import { expect } from 'chai';
import { Client } from 'pg';
import { aDatabase, aSink, ddlOf, send } from './a-table.js';

const ODD_NAME = `wh?t "is" 'th\\is' %s :a $1`;

const EVENTS: readonly EventDescription[] = [
  {
    event: 'chat',
    fields: {
      uuid: { type: 'text', nullable: false },
      time: { type: 'timestamp', nullable: false },
      user: { type: 'text', nullable: true },
      groups: { names: { company: { type: 'text', nullable: true } } },
      properties: {
        names: {
          cost: { type: 'number', unit: 'usd', nullable: true },
          latency: { type: 'number', unit: 's', nullable: true },
          tags: { type: 'text[]', nullable: true },
          isNew: { type: 'boolean', nullable: true },
          more: { type: 'json', nullable: true },
          at: { type: 'timestamp', nullable: true },
          [ODD_NAME]: { type: 'text', nullable: true },
        },
      },
    },
  },
];

function aChat(properties: MappedEvent[string], number = 0): MappedEvent {
  return {
    event: 'chat',
    uuid: aUuid(number),
    time: '2026-01-15T09:00:00.000Z',
    user: 'u1',
    properties: properties ?? {},
  };
}

describe('the rows of the Postgres sink', () => {
  let url: string;
  let client: Client;
  let sink: Sink;
  before(async () => {
    ({ url, client } = await aDatabase());
    await client.query(ddlOf(EVENTS, { url }));
    await client.query(`ALTER TABLE sluice_events
      ADD COLUMN by_hand text, ADD COLUMN checked numeric DEFAULT 1 CONSTRAINT checked_is_low CHECK (checked < 5)`);
    sink = aSink(EVENTS, { url });
    await sink.open();
  });
  beforeEach(async () => {
    await client.query('TRUNCATE sluice_events');
  });
  after(async () => {
    await sink.close();
  });

  async function only(expression: string): Promise<unknown> {
    const { rows } = await client.query<{ value: unknown }>(`SELECT ${expression} AS value FROM sluice_events`);
    expect(rows).to.have.lengthOf(1);
    return rows[0]?.value;
  }

  const exact: readonly [what: string, properties: MappedEvent[string], expression: string, expected: unknown][] = [
    ['money with many digits', { cost: 0.1234567890123456 }, 'cost::text', '0.1234567890123456'],
    ['a sum of money', { cost: 0.1 }, '(cost + 0.2)::text', '0.3'],
    ['a large number', { latency: 9007199254740991 }, 'latency', 9007199254740991],
    ['the largest number', { latency: Number.MAX_VALUE }, 'latency', Number.MAX_VALUE],
    ['the smallest number', { latency: Number.MIN_VALUE }, 'latency', Number.MIN_VALUE],
    ['a number with an exponent', { cost: 1e-7 }, 'cost::text', '0.0000001'],
    ['a time in another column', { at: '1970-01-01T00:00:00.001Z' }, 'extract(epoch FROM at)::float8', 0.001],
    ['the time of the event', {}, `time = '2026-01-15 10:00:00+01'`, true],
    ['a list', { tags: ['a', '"b,c"', '{}', 'NULL', ''] }, 'to_jsonb(tags)', ['a', '"b,c"', '{}', 'NULL', '']],
    ['an empty list', { tags: [] }, 'cardinality(tags)', 0],
    ['no list', { tags: null }, 'tags IS NULL', true],
    ['a boolean', { isNew: false }, '"isNew"', false],
    ['JSON', { more: { a: [1, null, { b: 'ü' }] } }, 'more', { a: [1, null, { b: 'ü' }] }],
    ['no JSON', { more: null }, 'more IS NULL', true],
    [
      'text with all kinds of signs',
      { [ODD_NAME]: `?'"\\u0000 $1 \u{1F600}` },
      `(to_jsonb(sluice_events) ->> '${ODD_NAME.replaceAll("'", "''")}')`,
      `?'"\\u0000 $1 \u{1F600}`,
    ],
    ['a property that the mapping does not describe', { other: [1] }, 'properties', { other: [1] }],
    ['nothing else', {}, 'properties IS NULL AND cost IS NULL AND by_hand IS NULL AND checked = 1', true],
    ['when it was written', {}, `exported_at BETWEEN now() - interval '1 hour' AND now()`, true],
  ];
  for (const [what, properties, expression, expected] of exact) {
    it(`keep ${what}`, async () => {
      await send(sink, [aChat(properties)]);
      expect(await only(expression)).to.deep.equal(expected);
    });
  }

  it('keep the groups as JSON', async () => {
    await send(sink, [{ ...aChat({}), groups: { company: 'acme' } }]);
    expect(await only('groups')).to.deep.equal({ company: 'acme' });
  });

  it('are replaced by a repeat as a whole, and keep what others have written', async () => {
    await send(sink, [aChat({ cost: 1, isNew: true, other: 1 })]);
    await client.query(`UPDATE sluice_events SET by_hand = 'mine', checked = 2`);
    const { outcomes } = await send(sink, [aChat({ cost: 2 })]);
    expect(outcomes).to.deep.equal([{ kind: 'accepted', assurance: 'event' }]);
    expect(
      await only(`cost = 2 AND "isNew" IS NULL AND properties IS NULL AND by_hand = 'mine' AND checked = 2`),
    ).to.equal(true);
  });

  it('are different for events with the same uuid and different names', async () => {
    await send(sink, [aChat({}), { ...aChat({}), event: 'other' }]);
    expect((await client.query('SELECT 1 FROM sluice_events')).rows).to.have.lengthOf(2);
  });

  it('are all or nothing', async () => {
    await send(sink, [aChat({}), aChat({ at: 'yesterday evening' }, 1)]).catch(() => undefined);
    expect((await client.query('SELECT 1 FROM sluice_events')).rows).to.have.lengthOf(0);
  });

  for (const text of ['a\0b', 'half \ud83d', '\udc00', 'both \\u0000 \0']) {
    it(`reject ${JSON.stringify(text)}, which Postgres cannot store, with the column and without the text`, () => {
      for (const value of [
        { user: text },
        { properties: { more: { deep: [text] } } },
        { properties: { more: { [text]: 1 } } },
      ]) {
        const encoding = sink.encode({ ...aChat({}), ...value });
        expect(encoding.kind).to.equal('rejected');
        expect(encoding.kind === 'rejected' && encoding.detail).to.match(/^column (user|more): the text has a NUL/);
        expect(encoding.kind === 'rejected' && encoding.detail).to.not.include('half of a surrogate pair \ud83d');
      }
    });
  }

  const refused: readonly [what: string, statement: string, undo: string, event: MappedEvent, message: string][] = [
    [
      'a value of another type',
      'ALTER COLUMN "user" TYPE integer USING 1',
      'ALTER COLUMN "user" TYPE text',
      aChat({}),
      'column user: a value does not fit the type of its column (22P02)',
    ],
    [
      'a text that is too long',
      'ALTER COLUMN "user" TYPE varchar(1)',
      'ALTER COLUMN "user" TYPE text',
      aChat({}),
      'column user: a text is too long for its column (22001)',
    ],
    [
      'a number that is too large',
      'ALTER COLUMN latency TYPE real',
      'ALTER COLUMN latency TYPE double precision',
      aChat({ latency: 1e300 }),
      'column latency: a number is out of the range of its column (22003)',
    ],
    [
      'a time that does not exist',
      'ALTER by_hand SET DEFAULT NULL',
      'ALTER by_hand DROP DEFAULT',
      aChat({ at: '2026-02-31T00:00:00.000Z' }),
      'column at: a time is out of range (22008)',
    ],
    [
      'a time in another form',
      'ALTER by_hand SET DEFAULT NULL',
      'ALTER by_hand DROP DEFAULT',
      aChat({ at: 'u1 at noon' }),
      'column at: a time has a form that Postgres does not know (22007)',
    ],
    [
      'a value that a check forbids',
      'ALTER checked SET DEFAULT 7',
      'ALTER checked SET DEFAULT 1',
      aChat({}),
      'constraint checked_is_low: a check of the table fails (23514)',
    ],
    [
      'a value that is missing',
      'ALTER by_hand SET NOT NULL',
      'ALTER by_hand DROP NOT NULL',
      aChat({}),
      'column by_hand: a column that must not be null has no value (23502)',
    ],
  ];
  for (const [what, change, undo, event, message] of refused) {
    it(`cannot have ${what}: the event is at fault`, async () => {
      await client.query(`ALTER TABLE sluice_events ${change}`);
      try {
        const error = await failureOf(send(sink, [event]));
        expect(error).to.be.instanceOf(InvalidRequestError);
        expect(error.message).to.equal(message);
        expect(error.cause).to.equal(undefined);
      } finally {
        await client.query(`ALTER TABLE sluice_events ${undo}`);
      }
    });
  }

  it('cannot have a character that the encoding of the database has not: the event is at fault', async () => {
    await client.query(`CREATE DATABASE events_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    const address = new URL(url);
    address.pathname = '/events_latin';
    const options = { url: address.href, table: '"Which events?"' };
    const latin = aSink(EVENTS, options);
    const owner = new Client(address.href);
    await owner.connect();
    await owner.query(ddlOf(EVENTS, options));
    await send(latin, [{ ...aChat({ tags: ['é'] }), user: 'ü' }]);
    const error = await failureOf(send(latin, [{ ...aChat({}, 1), user: '漢' }]));
    await latin.close();
    await owner.end();
    expect(error).to.be.instanceOf(InvalidRequestError);
    expect(error.message).to.equal('column user: a text has a character that the database cannot store (22P05)');
  });

  it('say of several events that one of them is at fault, without a value', async () => {
    const error = await failureOf(send(sink, [aChat({}), aChat({ at: 'u1 at noon' }, 1)]));
    expect(error).to.be.instanceOf(InvalidRequestError);
    expect(error.message).to.equal('a time has a form that Postgres does not know (22007)');
  });

  it('can be refused by a trigger', async () => {
    await client.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE 'not %', NEW."user"; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON sluice_events FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const error = await failureOf(send(sink, [aChat({})]));
    await client.query('DROP FUNCTION refuse CASCADE');
    expect(error).to.be.instanceOf(InvalidRequestError);
    expect(error.message).to.equal('a trigger of the table raises an error (P0001)');
  });

  it('can be left out by a trigger: the event is at fault, and nothing of its request is written', async () => {
    await client.query(`CREATE FUNCTION omit() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.event = 'omitted' THEN RETURN NULL; END IF; RETURN NEW; END $$;
      CREATE TRIGGER omit BEFORE INSERT ON sluice_events FOR EACH ROW EXECUTE FUNCTION omit()`);
    const error = await failureOf(send(sink, [aChat({}), { ...aChat({}, 1), event: 'omitted' }]));
    await client.query('DROP FUNCTION omit CASCADE');
    expect(error).to.be.instanceOf(InvalidRequestError);
    expect(error.message).to.equal('a trigger or a policy of the table leaves out 1 of 2 rows');
    const { rows } = await client.query('SELECT 1 FROM sluice_events');
    expect(rows).to.deep.equal([]);
  });

  it('wait for a lock no longer than a statement may take, and are tried again', async () => {
    const impatient = aSink(EVENTS, { url, statementTimeoutSeconds: 1 });
    await client.query('BEGIN; LOCK TABLE sluice_events');
    const error = await failureOf(send(impatient, [aChat({})]));
    await client.query('ROLLBACK');
    await impatient.close();
    expect(error).to.be.instanceOf(TransientError);
    expect(error.message).to.include('statementTimeoutSeconds');
  });

  it('stop waiting when the run is stopped', async () => {
    await client.query('BEGIN; LOCK TABLE sluice_events');
    const reason = new Error('stopped by the test');
    const stopping = new AbortController();
    const encoding = sink.encode(aChat({}));
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    const sent = failureOf(sink.send({ events: [encoding.event] }, { attempt: 1, signal: stopping.signal }));
    for (;;) {
      const { rows } = await client.query(`SELECT 1 FROM pg_locks WHERE NOT granted`);
      if (rows.length > 0) break;
    }
    stopping.abort(reason);
    expect(await sent).to.equal(reason);
    await client.query('ROLLBACK');
  });

  it('survive that the server ends the connections', async () => {
    await send(sink, [aChat({})]);
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice' AND datname = current_database()`,
    );
    // The pool can have several connections that have ended.
    const attempts = [1, 2, 3, 4].map(() => () => send(sink, [aChat({})]));
    const failures: unknown[] = [];
    for (const attempt of attempts) await attempt().catch((error: unknown) => failures.push(error));
    expect(failures.length).to.be.below(attempts.length);
    for (const error of failures) expect(error).to.be.instanceOf(TransientError);
  });
});

describe('the table of the Postgres sink', () => {
  let url: string;
  let client: Client;
  let asRole: string;
  before(async () => {
    ({ url, client } = await aDatabase());
    await client.query(
      `CREATE ROLE events_writer LOGIN PASSWORD 'w'; CREATE SCHEMA lake; GRANT USAGE ON SCHEMA lake TO events_writer`,
    );
    const address = new URL(url);
    address.username = 'events_writer';
    address.password = 'w';
    asRole = address.href;
  });

  async function findingsOf(options: { readonly url: string; readonly table: string }) {
    const sink = aSink(EVENTS, options);
    const findings = await sink.check();
    const failure = await sink.open().then(() => undefined, asIs);
    await sink.close();
    return {
      findings,
      failure,
      bad: findings.filter(({ outcome }) => outcome === 'bad'),
      of: (name: string) => findings.find((each) => each.name === name),
    };
  }

  it('is printed when it is missing, and works when it was made so', async () => {
    const { bad, failure } = await findingsOf({ url: asRole, table: 'lake.made' });
    expect(failure).to.be.instanceOf(RefusedError).with.property('message').that.includes('the table is missing');
    expect(bad[0]).to.include({ name: 'table', message: 'there is no table "lake"."made"' });
    await client.query(bad[0]?.statements?.join('\n') ?? '');
    const after = await findingsOf({ url: asRole, table: 'lake.made' });
    expect(after.failure).to.equal(undefined);
    expect(after.findings.map(({ outcome }) => outcome)).to.deep.equal(['good', 'good', 'good', 'good', 'good']);
  });

  it('may be missing before there is a mapping', async () => {
    const sink = aSink([], { url: asRole, table: 'lake.later' });
    const findings = await sink.check();
    await sink.close();
    expect(findings.map(({ outcome }) => outcome)).to.deep.equal(['good', 'unknown']);
    expect(findings[1]?.fix).to.include('--print-ddl');
  });

  it('needs the right to use its schema', async () => {
    await client.query(`CREATE SCHEMA closed; ${ddlOf(EVENTS, { url, table: 'closed.events' })}
      GRANT SELECT, INSERT, UPDATE ON closed.events TO events_writer`);
    const { of, failure } = await findingsOf({ url: asRole, table: 'closed.events' });
    expect(of('rights')).to.deep.include({ outcome: 'bad', message: 'the role events_writer lacks USAGE' });
    expect(failure).to.be.instanceOf(RefusedError);
    await client.query(of('rights')?.statements?.join('\n') ?? '');
    expect((await findingsOf({ url: asRole, table: 'closed.events' })).bad).to.deep.equal([]);
  });

  it('is widened by the statements that are printed, and a run refuses before', async () => {
    const table = 'lake.narrow';
    await client.query(`${ddlOf(EVENTS, { url, table })}
      ALTER TABLE lake.narrow DROP COLUMN tags, DROP COLUMN cost, DROP COLUMN exported_at`);
    const { of, failure } = await findingsOf({ url, table });
    const statements = [
      'ALTER TABLE "lake"."narrow" ADD COLUMN "cost" numeric;',
      'ALTER TABLE "lake"."narrow" ADD COLUMN "tags" text[];',
      'ALTER TABLE "lake"."narrow" ADD COLUMN "exported_at" timestamptz NOT NULL DEFAULT now();',
    ];
    expect(of('columns')).to.deep.include({ outcome: 'bad', statements });
    expect(failure).to.be.instanceOf(RefusedError).with.property('message').that.includes(statements.join('\n'));
    await client.query(statements.join('\n'));
    expect((await findingsOf({ url, table })).bad).to.deep.equal([]);
  });

  it('needs rights to select, insert and update alone', async () => {
    const table = 'lake.rights';
    await client.query(`${ddlOf(EVENTS, { url, table })} GRANT SELECT, INSERT ON lake.rights TO events_writer`);
    const { of, failure } = await findingsOf({ url: asRole, table });
    expect(of('rights')).to.deep.include({ outcome: 'bad', message: 'the role events_writer lacks UPDATE' });
    expect(failure).to.be.instanceOf(RefusedError).with.property('message').that.includes('lacks a right');
    await client.query(of('rights')?.statements?.join('\n') ?? '');
    const sink = aSink(EVENTS, { url: asRole, table });
    await sink.open();
    await send(sink, [aChat({})]);
    await send(sink, [aChat({})]);
    await sink.close();
  });

  it('prints a role of its own to who may do more', async () => {
    const table = 'lake.owned';
    await client.query(ddlOf(EVENTS, { url, table }));
    const { of, bad } = await findingsOf({ url, table });
    expect(bad).to.deep.equal([]);
    expect(of('rights')?.outcome).to.equal('warning');
    expect(of('rights')?.statements?.slice(2)).to.deep.equal([
      'GRANT USAGE ON SCHEMA "lake" TO sluice_writer;',
      'GRANT SELECT, INSERT, UPDATE ON "lake"."owned" TO sluice_writer;',
    ]);
  });

  it('warns of a column that can round a value, and takes one that cannot', async () => {
    const table = 'lake.rounding';
    await client.query(`${ddlOf(EVENTS, { url, table })}
      ALTER TABLE lake.rounding ALTER cost TYPE numeric(10,2), ALTER latency TYPE numeric, ALTER "user" TYPE varchar`);
    const { findings } = await findingsOf({ url, table });
    const columns = findings.filter(({ name }) => name.startsWith('column '));
    expect(columns.map(({ name, outcome }) => `${name} ${outcome}`)).to.deep.equal(['column cost warning']);
  });

  const unfit: readonly [what: string, table: string, statement: string, name: string][] = [
    ['without the key', 'keyless', 'ALTER TABLE lake.keyless DROP CONSTRAINT keyless_pkey', 'table writable'],
    [
      'with a column that nothing fills',
      'demanding',
      'ALTER TABLE lake.demanding ADD COLUMN mine text NOT NULL',
      'required columns',
    ],
    [
      'that is a view',
      'seen',
      'ALTER TABLE lake.seen RENAME TO base; CREATE VIEW lake.seen AS SELECT * FROM lake.base',
      'table',
    ],
  ];
  for (const [what, name, statement, finding] of unfit) {
    it(`${what} is refused`, async () => {
      const table = `lake.${name}`;
      await client.query(`${ddlOf(EVENTS, { url, table })} ${statement}`);
      const { bad } = await findingsOf({ url, table });
      expect(bad.map((each) => each.name)).to.deep.equal([finding]);
    });
  }

  const unreachable: readonly [
    what: string,
    change: (address: URL) => void,
    kind: typeof Error | string,
    says: RegExp,
  ][] = [
    ['a wrong password', (address) => (address.password = 'x-wrong'), 'credentials', /check user, password/],
    ['a missing database', (address) => (address.pathname = '/nowhere'), 'restricted', /no such database/],
    ['a closed port', (address) => (address.port = '1'), 'transient', /cannot be reached/],
  ];
  for (const [what, change, kind, says] of unreachable) {
    it(`cannot be reached with ${what}: the finding says what to do`, async () => {
      const address = new URL(asRole);
      change(address);
      const { failure, bad } = await findingsOf({ url: address.href, table: 'lake.made' });
      expect(
        failure instanceof RefusedError ? failure.refusal : failure instanceof TransientError && 'transient',
      ).to.equal(kind);
      expect(bad.map(({ name }) => name)).to.deep.equal(['database reachable']);
      expect(bad[0]?.message).to.match(says).and.not.include('x-wrong');
    });
  }
});

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as Error,
  );
}

function asIs(error: unknown): unknown {
  return error;
}
