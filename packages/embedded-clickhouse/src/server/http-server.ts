import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Engine } from './engine.js';
import { errorAnswer, WRONG_PASSWORD } from './error-answer.js';
import { statementOf } from './statement-of-request.js';

/**
 * The part of ClickHouse's HTTP interface that its official client uses. Every answer is buffered, as with
 * `wait_end_of_query=1`, so that every error has a status. https://clickhouse.com/docs/interfaces/http
 */
export function createHttpServer(engine: Engine, password: string): Server {
  return createServer({ keepAliveTimeout: 10_000 }, (request, response) => {
    void answer(engine, password, request, response).catch(() => response.destroy());
  });
}

async function answer(
  engine: Engine,
  password: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = await buffer(request);
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  response.setHeader('X-ClickHouse-Query-Id', url.searchParams.get('query_id') ?? randomUUID());
  try {
    if (!isAllowed(request, url, password)) throw new Error(WRONG_PASSWORD);
    const isZipped = request.headers['content-encoding'] === 'gzip';
    const statement = statementOf(url, (isZipped ? gunzipSync(body) : body).toString());
    const bytes = await engine.run(statement);
    if (url.searchParams.get('enable_http_compression') === '1') {
      response.setHeader('Content-Encoding', 'gzip');
      response.end(gzipSync(bytes));
    } else {
      response.end(bytes);
    }
  } catch (error) {
    const { status, code, text } = errorAnswer(error);
    response.statusCode = status;
    response.setHeader('X-ClickHouse-Exception-Code', String(code));
    response.end(text);
  }
}

/** By headers, basic authentication or parameters, as in ClickHouse. */
function isAllowed(request: IncomingMessage, url: URL, password: string): boolean {
  const basic = Buffer.from(request.headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
  const [basicUser, basicPassword] = [basic.split(':')[0], basic.slice(basic.indexOf(':') + 1)];
  const user = request.headers['x-clickhouse-user'] ?? url.searchParams.get('user') ?? basicUser;
  const given = request.headers['x-clickhouse-key'] ?? url.searchParams.get('password') ?? basicPassword;
  return (user === '' || user === 'default') && given === password;
}
