import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { createClient } from '@clickhouse/client';
import { ConfigError, TransientError, type AdapterContext } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import type { LangfuseClickHouseSourceConfig } from '../config.js';
import type { Sql } from '../sql/sql.js';
import { ANSWER_SETTINGS, usedSettingsQuery, unfitSettings } from './answer-settings.js';
import { reportAtEnd } from './broken-off.js';
import { parseClickHouseUrl, type ClickHouseAddress } from './clickhouse-address.js';
import { connectionError, HeavyStatementError, serverError } from './clickhouse-error.js';
import { withoutFurtherEscapes } from './unescape-bytes.js';

/** How much longer than the server this side waits, so that the server's own report arrives. */
const PATIENCE_MS = 5000;

/** A longer answer would take too much memory here; the statement is then asked for fewer records. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** Settings of a statement. A user with `readonly = 1` may not send them. */
type Settings = Readonly<Record<string, string | number>>;

type Client = ReturnType<typeof createClient>;

interface Answer {
  readonly status: number;
  readonly code: number | undefined;
  readonly isClickHouse: boolean;
  readonly bytes: Buffer;
}

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether the answer may be of any size. Default: false. */
  readonly isAnySize?: boolean;
}

/** Runs statements, one request each, and gives their rows as tab-separated text. */
export class ClickHouseConnection {
  /** Names the server in messages. */
  readonly place: string;
  readonly address: ClickHouseAddress;
  readonly #config: LangfuseClickHouseSourceConfig;
  readonly #context: AdapterContext;
  #client: Promise<Client> | undefined;
  #settings: Promise<Settings> | undefined;

  constructor(config: LangfuseClickHouseSourceConfig, context: AdapterContext) {
    const address = parseClickHouseUrl(config.url.reveal());
    if ('problem' in address) throw new ConfigError([], `the url ${address.problem}`);
    this.address = address;
    this.place = `${address.host}/${address.database}`;
    this.#config = config;
    this.#context = context;
  }

  /** The rows of a statement in ClickHouse's TabSeparated, as `PageText` escapes them. */
  async ask(statement: Sql, options: AskOptions = {}): Promise<Buffer> {
    this.#settings ??= this.#agreedSettings().catch((error: unknown) => {
      this.#settings = undefined;
      throw error;
    });
    return withoutFurtherEscapes(
      await this.#send(statement.text, await unlessAborted(this.#settings, options.signal), options),
    );
  }

  /** The rows of a short answer, one text per column; a null is `undefined`. */
  async rows(statement: Sql, options: AskOptions = {}): Promise<readonly (readonly (string | undefined)[])[]> {
    return rowsOf(await this.ask(statement, options));
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  /** What may be sent with a statement: the first one shows what the user is allowed. */
  async #agreedSettings(): Promise<Settings> {
    const wanted = {
      max_execution_time: this.#config.statementTimeoutSeconds,
      cancel_http_readonly_queries_on_client_close: 1,
      // Those of a long statement are more than Node.js accepts.
      send_progress_in_http_headers: 0,
      log_comment: 'sluice',
      ...ANSWER_SETTINGS,
    };
    try {
      await this.#assertFit(wanted, 'let the proxy on the way pass settings on');
      return wanted;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      await this.#assertFit({}, 'give it readonly = 2');
      return {};
    }
  }

  /** A user who may not change settings, or a proxy that drops those of a statement, needs fit ones in the profile. */
  async #assertFit(settings: Settings, otherwise: string): Promise<void> {
    const [used = []] = rowsOf(await this.#send(usedSettingsQuery().text, settings, {}));
    const unfit = unfitSettings(used);
    if (unfit.length === 0) return;
    const reason = `with ${unfit.join(', ')}, answers would lack rows or have different values`;
    throw new SourceDriftError(`${this.place}: ${reason}: take that out of the user’s profile, or ${otherwise}`);
  }

  async #send(statement: string, settings: Settings, { signal, isAnySize = false }: AskOptions): Promise<Buffer> {
    signal?.throwIfAborted();
    const answer = await this.#answer(statement, settings, signal, isAnySize).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw connectionError(error, this.place, this.#config.statementTimeoutSeconds);
    });
    const { status, code, isClickHouse, bytes } = answer;
    const report = status === 200 ? reportAtEnd(bytes) : undefined;
    if (status === 200 && code === undefined && isClickHouse && report === undefined) return bytes;
    throw this.#failure(answer, report);
  }

  async #answer(
    statement: string,
    settings: Settings,
    signal: AbortSignal | undefined,
    isAnySize: boolean,
  ): Promise<Answer> {
    this.#client ??= this.#connect();
    const client = await this.#client;
    const {
      stream,
      response_headers: headers,
      http_status_code: status,
    } = await client.exec({
      query: `${statement}\nFORMAT TabSeparated`,
      // The headers come with the end of the statement: every failure then has a status.
      clickhouse_settings: { ...settings, wait_end_of_query: 1 },
      ignore_error_response: true,
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    const code = headers['x-clickhouse-exception-code'];
    return {
      status: status ?? 0,
      code: code === undefined ? undefined : Number(code),
      isClickHouse: Object.keys(headers).some((name) => name.startsWith('x-clickhouse-')),
      bytes: await this.#collected(stream, signal, isAnySize),
    };
  }

  /** The whole body. The client's own time limit no longer watches it. */
  async #collected(stream: Readable, signal: AbortSignal | undefined, isAnySize: boolean): Promise<Buffer> {
    const end = AbortSignal.any([AbortSignal.timeout(this.#timeoutMs()), ...(signal === undefined ? [] : [signal])]);
    const giveUp = (): void => {
      stream.destroy(signal?.aborted === true ? undefined : new Error('Timeout error.'));
    };
    end.addEventListener('abort', giveUp);
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > LARGEST_ANSWER && !isAnySize) {
          throw new HeavyStatementError(`${this.place}: an answer of more than ${LARGEST_ANSWER / 1024 ** 2} MB`);
        }
        chunks.push(chunk);
      }
      signal?.throwIfAborted();
      return Buffer.concat(chunks, size);
    } finally {
      end.removeEventListener('abort', giveUp);
      stream.destroy();
    }
  }

  #failure({ status, code, isClickHouse, bytes }: Answer, text = bytes.subarray(0, 4000).toString('utf8')): Error {
    const found = code ?? /Code: (?<code>\d+)\. DB::Exception/.exec(text)?.groups?.['code'];
    if (found !== undefined) return serverError(Number(found), text, this.place);
    const said = `${this.place}: answered ${status}`;
    if (status === 408 || status === 429 || status >= 500)
      return new TransientError(`${said} without an error report of ClickHouse`);
    const advice = isClickHouse ? 'ClickHouse refuses the request' : 'this is not ClickHouse: correct the url';
    return new SourceDriftError(`${said}; ${advice}`);
  }

  async #connect(): Promise<Client> {
    // Imported when it is needed: every command loads this source, and few connect to ClickHouse.
    const { ClickHouseLogLevel, createClient: connect } = await import('@clickhouse/client');
    const { origin, database, user, password } = this.address;
    const { maxConnections } = this.#config;
    const tls = this.#tls();
    return connect({
      url: origin,
      database,
      username: user,
      password,
      application: this.#context.userAgent.replace('/', ' '),
      request_timeout: this.#timeoutMs(),
      max_open_connections: maxConnections,
      // Otherwise each failed statement is printed.
      log: { level: ClickHouseLogLevel.OFF },
      ...(tls === undefined ? {} : { tls }),
    });
  }

  #tls(): { ca_cert: Buffer } | { ca_cert: Buffer; cert: Buffer; key: Buffer } | undefined {
    const { caFile, certFile, keyFile } = this.#config;
    if (caFile === undefined) return undefined;
    const ca = this.#file('caFile', caFile);
    if (certFile === undefined || keyFile === undefined) return { ca_cert: ca };
    return { ca_cert: ca, cert: this.#file('certFile', certFile), key: this.#file('keyFile', keyFile) };
  }

  #file(option: string, path: string): Buffer {
    let text: Buffer;
    try {
      text = readFileSync(resolve(this.#context.baseDirectory, path));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new ConfigError([], `${option}: ${path} cannot be read (${code})`);
    }
    const wanted = option === 'keyFile' ? 'PRIVATE KEY' : 'CERTIFICATE';
    if (new RegExp(`-----BEGIN [A-Z ]*${wanted}-----`).test(text.toString('latin1'))) return text;
    throw new ConfigError([], `${option}: ${path} has no ${wanted.toLowerCase()} in PEM`);
  }

  #timeoutMs(): number {
    return this.#config.statementTimeoutSeconds * 1000 + PATIENCE_MS;
  }
}

/** What others also wait for continues; a caller that gave up no longer waits for it. */
async function unlessAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared;
  signal.throwIfAborted();
  let giveUp = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason);
  });
  signal.addEventListener('abort', giveUp);
  return Promise.race([shared, aborted]).finally(() => signal.removeEventListener('abort', giveUp));
}

function rowsOf(bytes: Buffer): readonly (readonly (string | undefined)[])[] {
  const lines = bytes.toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => line.split('\t').map((value) => (value === String.raw`\N` ? undefined : plain(value))));
}

const LETTERS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function plain(value: string): string {
  return value.includes('\\') ? value.replaceAll(/\\(.)/g, (_, letter: string) => LETTERS[letter] ?? letter) : value;
}
