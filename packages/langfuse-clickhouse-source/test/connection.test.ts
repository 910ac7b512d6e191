import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ConfigError, RefusedError, TransientError } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import { expect } from 'chai';
import { ANSWER_SETTINGS } from '#src/connection/answer-settings.js';
import { aSource } from './a-source.js';

const servers: Server[] = [];

/** What a server answers to the question for the settings that answers depend on. */
const FIT_SETTINGS = `${Object.values(ANSWER_SETTINGS)
  .join('\t')
  .replaceAll('\\', String.raw`\\`)}\n`;

/** The URL of a server that answers so. */
async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://reader:secret@127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** What `now()` makes of an answer. */
async function failureWith(status: number, headers: Record<string, string>, body: string): Promise<unknown> {
  const url = await serving((_, response) => response.writeHead(status, headers).end(body));
  return aSource(url)
    .now()
    .catch((error: unknown) => error);
}

describe('the connection', () => {
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('waits for a proxy whose server is away', async () => {
    expect(await failureWith(502, {}, '<html>Bad gateway</html>')).instanceOf(TransientError);
  });

  it('takes no page of HTML for an answer', async () => {
    expect(await failureWith(200, { 'content-type': 'text/html' }, '<html>Sign in</html>')).instanceOf(
      SourceDriftError,
    );
  });

  it('pauses when the password is refused, and does not tell it', async () => {
    const report = 'Code: 516. DB::Exception: reader: Authentication failed. (AUTHENTICATION_FAILED)';
    const failure = await failureWith(403, { 'X-ClickHouse-Exception-Code': '516' }, report);
    expect(failure).instanceOf(RefusedError);
    expect(String(failure)).to.not.include('secret');
  });

  it('sends no settings again to a user who may not change them', async () => {
    const asked: string[] = [];
    const url = await serving((request, response) => {
      asked.push(request.url ?? '');
      const isRefused = (request.url ?? '').includes('max_execution_time');
      if (isRefused) response.writeHead(500, { 'X-ClickHouse-Exception-Code': '164' });
      else response.writeHead(200, { 'X-ClickHouse-Query-Id': '1' });
      const answer = asked.length === 2 ? FIT_SETTINGS : '1767225600000\n';
      response.end(isRefused ? 'Code: 164. DB::Exception: Cannot modify. (READONLY)' : answer);
    });
    const source = aSource(url);
    await source.now();
    expect(asked.filter((each) => each.includes('max_execution_time'))).to.have.lengthOf(1);
    expect(Math.max(...asked.slice(1).map((each) => each.length))).to.be.lessThan(400);
  });

  for (const [version, end] of [
    [
      '24.8',
      '1767Code: 159. DB::Exception: Timeout exceeded. (TIMEOUT_EXCEEDED) (version 24.8.4.13 (official build))\n',
    ],
    ['25.11', '1767\r\n__exception__\r\nabcd\r\nCode: 159. DB::Exception: Timeout.\n46 abcd\r\n__exception__\r\n'],
  ]) {
    it(`takes no answer for a whole one that ClickHouse ${version} broke off behind a proxy`, async () => {
      const url = await serving((request, response) => {
        response.writeHead(200, { 'X-ClickHouse-Query-Id': '1' });
        void textOf(request).then((statement) => response.end(statement.includes('getSetting') ? FIT_SETTINGS : end));
      });
      const failure = await aSource(url)
        .now()
        .catch((error: unknown) => error);
      expect(failure).instanceOf(TransientError).property('message').includes('exceeded its time limit');
    });
  }

  it('names the settings of the profile where a proxy drops those of a statement', async () => {
    const url = await serving((_, response) => {
      response.writeHead(200, { 'X-ClickHouse-Query-Id': '1' }).end(FIT_SETTINGS.replace('throw', 'break'));
    });
    const failure = await aSource(url)
      .now()
      .catch((error: unknown) => error);
    expect(failure)
      .instanceOf(SourceDriftError)
      .property('message')
      .matches(/with distinct_overflow_mode = break.*proxy/);
  });

  it('asks for no progress in headers, of which a long statement has more than Node.js accepts', async () => {
    let asked = '';
    const url = await serving((request, response) => {
      asked = request.url ?? '';
      response.writeHead(200, { 'X-ClickHouse-Query-Id': '1' }).end(FIT_SETTINGS);
    });
    await aSource(url).now();
    expect(asked).to.include('send_progress_in_http_headers=0');
  });

  it('ends when it is aborted, although the server never answers', async () => {
    let isAsked = (): void => {};
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const url = await serving(() => isAsked());
    const reason = new Error('stopped by the test');
    const controller = new AbortController();
    const running = aSource(url)
      .now({ signal: controller.signal })
      .catch((error: unknown) => error);
    await asked;
    controller.abort(reason);
    expect(await running).to.equal(reason);
  });

  it('names a file that holds no certificate', async () => {
    const caFile = fileURLToPath(import.meta.url);
    const failure = await aSource('https://reader:secret@127.0.0.1:1', { caFile })
      .now()
      .catch((error: unknown) => error);
    expect(failure).instanceOf(ConfigError).property('message').includes(`${caFile} has no certificate in PEM`);
  });

  it('says what is wrong with a url, and nothing of what is in it', () => {
    for (const [url, problem] of [
      ['postgres://reader:secret@db/langfuse', /must begin with https/],
      ['http://reader:secret@db:9000/default', /use port 8123/],
      ['https://reader:secret@db:8443/default?x=1', /after the database/],
      ['http://reader:sec%ret@db', /write % as %25/],
    ] as const) {
      expect(() => aSource(url), url)
        .to.throw(problem)
        .with.property('message')
        .not.includes('secret');
    }
  });
});
