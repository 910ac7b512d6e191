import knex, { type Knex } from 'knex';
import pg from 'pg';
import type { ConnectionSettings, Host, SessionKind } from './connection-settings.js';
import { CopyData } from './copy-data.js';
import { MessageCheck, NOT_POSTGRES } from './message-check.js';
import { ConnectError, mayWorkOtherwise, postgresFailure } from './postgres-failure.js';

export interface PoolOptions {
  readonly statementTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
  /** Leaves values as the text that the server wrote: pg's own parsers read zoneless times in the machine's zone. */
  readonly areValuesText?: boolean;
}

const AS_TEXT = { getTypeParser: () => (value: string) => value };

/** A pool of knex whose connections are made as the URL asks: to which host, with which TLS, to which kind of server. */
export function createPool(settings: ConnectionSettings, options: PoolOptions): Knex {
  const connectTimeoutMs = settings.connectTimeoutMs ?? options.connectTimeoutMs;
  const connectAllTimeoutMs = connectTimeoutMs * settings.hosts.length * settings.tls.attempts.length;
  const pool = knex({
    client: 'pg',
    // Otherwise knex asks each new connection for it, and throws into the event loop when it cannot read the answer.
    version: '12',
    connection: {},
    pool: {
      min: 0,
      max: Math.min(options.maxConnections, settings.maxConnections),
      idleTimeoutMillis: 30_000,
      createTimeoutMillis: connectAllTimeoutMs + options.statementTimeoutMs,
    },
    acquireConnectionTimeout: connectAllTimeoutMs + options.statementTimeoutMs,
    log: { warn: ignore, error: ignore, debug: ignore, deprecate: ignore },
  });
  const client: Knex.Client = pool.client;
  const acquire = client.acquireRawConnection.bind(client);

  async function open({ host, port }: Host, isEncrypted: boolean): Promise<pg.Client> {
    const transport = {
      ssl: isEncrypted ? settings.tls.options : false,
      sslNegotiation: isEncrypted ? settings.tls.negotiation : 'postgres',
      keepAlive: settings.keepAlive,
      keepAliveInitialDelayMillis: settings.keepAliveDelayMs,
    };
    const connection = new pg.Connection(transport);
    const answered = watchAnswers(connection, {
      isEncrypted,
      asksForTls: isEncrypted && settings.tls.negotiation === 'postgres',
    });
    if (settings.channelBinding === 'require') requireChannelBinding(connection);
    client.connectionSettings = {
      connection,
      host,
      port,
      database: settings.database,
      user: settings.user,
      // As a function, so that neither the environment nor a password file replaces what is missing in the URL.
      password: () => settings.password ?? missingPassword(),
      ssl: transport.ssl,
      sslnegotiation: transport.sslNegotiation,
      enableChannelBinding: settings.channelBinding !== 'disable',
      application_name: settings.applicationName,
      options: settings.options,
      connectionTimeoutMillis: connectTimeoutMs,
      // A network that swallows everything: the server's own timeout would never reach us.
      query_timeout: options.statementTimeoutMs + connectTimeoutMs,
      ...(options.areValuesText === true && { types: AS_TEXT }),
    };
    try {
      return await acquire();
    } catch (error) {
      // pg leaves it open when it fails before the server does.
      connection.stream.destroy();
      throw answered.isOther() ? new Error(NOT_POSTGRES) : error;
    }
  }

  async function openAsTlsAllows(host: Host): Promise<pg.Client> {
    const attempts = host.host.startsWith('/') ? [false] : settings.tls.attempts;
    for (const isEncrypted of attempts.slice(0, -1)) {
      try {
        return await open(host, isEncrypted);
      } catch (error) {
        if (!mayWorkOtherwise(error, isEncrypted)) throw error;
      }
    }
    return open(host, attempts.at(-1) ?? true);
  }

  async function openOfKind(kind: SessionKind): Promise<pg.Client> {
    let failure: unknown;
    for (const host of settings.hosts) {
      try {
        const connection = await openAsTlsAllows(host);
        if (kind === 'any' || (await isOfKind(connection, kind).catch(() => false))) return connection;
        await client.destroyRawConnection(connection);
        failure = new Error(`no server in url is ${kind}`);
      } catch (error) {
        failure = error;
        if (postgresFailure(error)?.kind !== 'transient') break;
      }
    }
    throw new ConnectError(failure);
  }

  client.acquireRawConnection = () =>
    settings.sessionKind === 'prefer-standby'
      ? openOfKind('standby').catch(() => openOfKind('any'))
      : openOfKind(settings.sessionKind);
  return pool;
}

async function isOfKind(connection: pg.Client, kind: SessionKind): Promise<boolean> {
  const { rows } = await connection.query<{ kinds: string }>(
    `SELECT CASE WHEN pg_is_in_recovery() THEN 'standby ' ELSE 'primary ' END
       || CASE current_setting('transaction_read_only') WHEN 'on' THEN 'read-only' ELSE 'read-write' END AS kinds`,
  );
  return rows[0]?.kinds.split(' ').includes(kind) === true;
}

/** Yes, no, and an error in the way of old servers. */
const ANSWERS_TO_TLS = /^(?:[SN]$|E)/s;

/**
 * What pg does not do by itself: an answer that it cannot read fails the connection, where the parser would throw into the
 * event loop. `isOther`: the server's answer to the request for TLS is not one of PostgreSQL's.
 */
function watchAnswers(
  connection: pg.Connection,
  { isEncrypted, asksForTls }: { readonly isEncrypted: boolean; readonly asksForTls: boolean },
): { isOther(): boolean } {
  let first: string | undefined;
  const guard = (): void => {
    const { stream } = connection;
    const messages = new MessageCheck();
    const parsers = stream.listeners('data');
    const data = new CopyData(connection, messages);
    const parse = (bytes: Buffer): void => {
      for (const parser of parsers) parser.call(stream, bytes);
    };
    stream.removeAllListeners('data');
    stream.on('data', (chunk: Buffer) => {
      // What is left in the stream after a failure.
      if (stream.destroyed) return;
      try {
        messages.check(chunk);
        data.take(chunk, parse);
      } catch (error) {
        connection.emit('error', error instanceof RangeError ? new Error(NOT_POSTGRES, { cause: error }) : error);
        stream.destroy();
      }
    });
  };
  // By then pg listens to the stream: the one that it was made with, or the encrypted one over it.
  connection.once(isEncrypted ? 'sslconnect' : 'connect', guard);
  if (asksForTls) connection.stream.once('data', (chunk: Buffer) => (first = chunk.toString('latin1')));
  return { isOther: () => first !== undefined && !ANSWERS_TO_TLS.test(first) };
}

/**
 * pg binds to the channel when the server offers it, and connects without it when the server does not. Here the server
 * must have proved, over this very channel, that it knows the password.
 */
function requireChannelBinding(connection: pg.Connection): void {
  let isProved = false;
  const refuse = (): void => {
    connection.emit('error', new Error('the server offers no channel binding, which url requires'));
    connection.stream.destroy();
  };
  connection.on('authenticationSASL', ({ mechanisms }: { readonly mechanisms: readonly string[] }) => {
    if (!mechanisms.includes('SCRAM-SHA-256-PLUS')) refuse();
  });
  connection.on('authenticationCleartextPassword', refuse);
  connection.on('authenticationMD5Password', refuse);
  connection.on('authenticationSASLFinal', () => {
    isProved = true;
  });
  connection.on('authenticationOk', () => {
    if (!isProved) refuse();
  });
}

function missingPassword(): never {
  throw new Error('the server asks for a password and url has none');
}

/** knex would print to the console what comes out as an error as well. */
function ignore(): void {}
