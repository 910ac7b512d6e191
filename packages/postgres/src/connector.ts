import type { Knex } from 'knex';
import pg from 'pg';
import { requireChannelBinding } from './channel-binding.js';
import type { ConnectionSettings, Host, SessionKind } from './connection-settings.js';
import { NOT_POSTGRES } from './message-check.js';
import { ConnectError, mayWorkOtherwise, postgresFailure } from './postgres-failure.js';
import { watchAnswers } from './watch-answers.js';

export interface ConnectorOptions {
  readonly statementTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Leaves values as the text that the server wrote: pg's own parsers read zoneless times in the machine's zone. */
  readonly areValuesText?: boolean;
}

const AS_TEXT = { getTypeParser: () => (value: string) => value };

/** Makes the connections of a pool of knex as the URL asks: to which host, with which TLS, to which kind of server. */
export class Connector {
  readonly #client: Knex.Client;
  readonly #acquire: () => Promise<pg.Client>;
  readonly #settings: ConnectionSettings;
  readonly #options: ConnectorOptions;

  /** `acquire`: knex's own way to connect, by the settings of its client. */
  constructor(
    client: Knex.Client,
    acquire: () => Promise<pg.Client>,
    settings: ConnectionSettings,
    options: ConnectorOptions,
  ) {
    this.#client = client;
    this.#acquire = acquire;
    this.#settings = settings;
    this.#options = options;
  }

  connect(): Promise<pg.Client> {
    const { sessionKind } = this.#settings;
    return sessionKind === 'prefer-standby'
      ? this.#ofKind('standby').catch(() => this.#ofKind('any'))
      : this.#ofKind(sessionKind);
  }

  async #ofKind(kind: SessionKind): Promise<pg.Client> {
    let failure: unknown;
    for (const host of this.#settings.hosts) {
      try {
        const connection = await this.#asTlsAllows(host);
        if (kind === 'any' || (await isOfKind(connection, kind).catch(() => false))) return connection;
        await this.#client.destroyRawConnection(connection);
        failure = new Error(`no server in url is ${kind}`);
      } catch (error) {
        failure = error;
        if (postgresFailure(error)?.kind !== 'transient') break;
      }
    }
    throw new ConnectError(failure);
  }

  async #asTlsAllows(host: Host): Promise<pg.Client> {
    const attempts = host.host.startsWith('/') ? [false] : this.#settings.tls.attempts;
    for (const isEncrypted of attempts.slice(0, -1)) {
      try {
        return await this.#open(host, isEncrypted);
      } catch (error) {
        if (!mayWorkOtherwise(error, isEncrypted)) throw error;
      }
    }
    return this.#open(host, attempts.at(-1) ?? true);
  }

  async #open(host: Host, isEncrypted: boolean): Promise<pg.Client> {
    const { tls, keepAlive, keepAliveDelayMs, channelBinding } = this.#settings;
    const transport = {
      ssl: isEncrypted ? tls.options : false,
      sslNegotiation: isEncrypted ? tls.negotiation : 'postgres',
      keepAlive,
      keepAliveInitialDelayMillis: keepAliveDelayMs,
    };
    const connection = new pg.Connection(transport);
    const answered = watchAnswers(connection, {
      isEncrypted,
      asksForTls: isEncrypted && tls.negotiation === 'postgres',
    });
    if (channelBinding === 'require') requireChannelBinding(connection);
    this.#client.connectionSettings = {
      connection,
      ssl: transport.ssl,
      sslnegotiation: transport.sslNegotiation,
      ...this.#session(host),
    };
    try {
      return await this.#acquire();
    } catch (error) {
      // pg leaves it open when it fails before the server does.
      connection.stream.destroy();
      throw answered.isOther() ? new Error(NOT_POSTGRES) : error;
    }
  }

  #session({ host, port }: Host): pg.ClientConfig {
    const { database, user, password, channelBinding, applicationName, options } = this.#settings;
    const { connectTimeoutMs, statementTimeoutMs, areValuesText } = this.#options;
    return {
      host,
      port,
      database,
      user,
      // As a function, so that neither the environment nor a password file replaces what is missing in the URL.
      password: () => password ?? missingPassword(),
      enableChannelBinding: channelBinding !== 'disable',
      application_name: applicationName,
      options,
      connectionTimeoutMillis: connectTimeoutMs,
      // A network that swallows everything: the server's own timeout would never reach us.
      query_timeout: statementTimeoutMs + connectTimeoutMs,
      ...(areValuesText === true && { types: AS_TEXT }),
    };
  }
}

async function isOfKind(connection: pg.Client, kind: SessionKind): Promise<boolean> {
  const { rows } = await connection.query<{ kinds: string }>(
    `SELECT CASE WHEN pg_is_in_recovery() THEN 'standby ' ELSE 'primary ' END
       || CASE current_setting('transaction_read_only') WHEN 'on' THEN 'read-only' ELSE 'read-write' END AS kinds`,
  );
  return rows[0]?.kinds.split(' ').includes(kind) === true;
}

function missingPassword(): never {
  throw new Error('the server asks for a password and url has none');
}
