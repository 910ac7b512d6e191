import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ConfigError, RefusedError, TransientError } from '@sluice/core/adapter';
import type { Sink } from '@sluice/core/sink';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext } from '@sluice/testkit';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { expect } from 'chai';
import { proxyFor } from '@sluice/adapter-kit';

const CLOUD = new URL('https://us.i.posthog.com/batch/');

function proxyOf(environment: Record<string, string>, target = CLOUD): string | undefined {
  return proxyFor(target, environment)?.url.href;
}

describe('the proxy of the environment', () => {
  for (const [what, environment, proxy] of [
    ['none', {}, undefined],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['https_proxy before HTTPS_PROXY', { HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://p:1' }, 'http://p:1/'],
    ['an address without a scheme', { https_proxy: 'p:1' }, 'http://p:1/'],
    ['ALL_PROXY', { ALL_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['HTTP_PROXY, which is not for https', { HTTP_PROXY: 'http://p:1' }, undefined],
    ['a blank variable', { HTTPS_PROXY: ' ' }, undefined],
  ] as const) {
    it(`is ${proxy === undefined ? 'absent with' : 'taken from'} ${what}`, () => {
      expect(proxyOf(environment)).to.equal(proxy);
    });
  }

  for (const [list, isDirect] of [
    ['*', true],
    ['posthog.com', true],
    ['.posthog.com', true],
    ['*.posthog.com', true],
    ['example.com, us.i.posthog.com', true],
    ['US.I.POSTHOG.COM', true],
    ['us.i.posthog.com:443', true],
    ['us.i.posthog.com:8443', false],
    ['hog.com', false],
    ['eu.i.posthog.com', false],
    ['', false],
  ] as const) {
    it(`${isDirect ? 'is bypassed' : 'is used'} with NO_PROXY ${list === '' ? 'empty' : list}`, () => {
      expect(proxyOf({ HTTPS_PROXY: 'http://p:1', NO_PROXY: list })).to.equal(isDirect ? undefined : 'http://p:1/');
    });
  }

  it('is never used to reach this machine', () => {
    expect(proxyOf({ HTTP_PROXY: 'http://p:1' }, new URL('http://127.0.0.1:8000'))).to.equal(undefined);
  });

  it('is refused when it is invalid, without being printed', () => {
    for (const text of ['socks5://user:hunter2secret@p:1', 'http://', 'http://user:hunter2secret%@p:1']) {
      expect(() => proxyOf({ HTTPS_PROXY: text }))
        .to.throw(ConfigError, 'HTTPS_PROXY')
        .and.have.property('message')
        .that.does.not.include('hunter2secret');
    }
  });
});

/** In place of a status: the proxy takes the connection and never answers. */
const SILENCE = 0;

describe('the posthog sink behind a proxy', () => {
  let simulator: PosthogSimulator;
  let proxy: Server;
  let tunnels: string[];
  let status: number;

  beforeEach(async () => {
    tunnels = [];
    status = 200;
    simulator = await PosthogSimulator.start({ v1: true });
    proxy = createServer();
    proxy.on('connect', (request, client) => {
      tunnels.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      if (status === SILENCE) return;
      if (status !== 200) {
        client.end(`HTTP/1.1 ${status} no\r\n\r\n`);
        return;
      }
      const upstream = connect(Number(new URL(simulator.url).port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
  });

  afterEach(async () => {
    await simulator.stop();
    proxy.closeAllConnections();
    proxy.close();
  });

  function sinkBehind(environment: (proxyUrl: string) => Record<string, string>, options: object = {}): Sink {
    const address: AddressInfo | string | null = proxy.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy is not running');
    const config = posthogSink.config.parse({
      host: 'http://posthog.test:8000',
      apiKey: 'phc_testkey1234567890',
      allowInsecure: true,
      ...options,
    });
    const variables = environment(`127.0.0.1:${address.port}`);
    return posthogSink.create(config, anAdapterContext({ environment: variables }));
  }

  async function opened(sink: Sink): Promise<unknown> {
    const outcome = await sink.open().catch((error: unknown) => error);
    await sink.close();
    return outcome;
  }

  it("reaches PostHog, with the proxy's user name and password", async () => {
    const sink = sinkBehind((url) => ({ HTTP_PROXY: `http://joe:hunter2secret@${url}` }));
    expect(await opened(sink)).to.equal(undefined);
    expect(tunnels[0]).to.equal(`posthog.test:8000 Basic ${Buffer.from('joe:hunter2secret').toString('base64')}`);
    expect(simulator.requests).to.not.deep.equal([]);
  });

  it('reaches it at an IPv6 address', async function () {
    const addresses = Object.values(networkInterfaces()).flat();
    if (!addresses.some((each) => each?.family === 'IPv6')) this.skip();
    // The address of IPv4, as IPv6 writes it.
    const sink = sinkBehind((url) => ({ http_proxy: `http://${url.replace('127.0.0.1', '[::ffff:127.0.0.1]')}` }));
    expect(await opened(sink)).to.equal(undefined);
    expect(tunnels[0]).to.equal('posthog.test:8000');
  });

  it("names the proxy's variable in check, without its address", async () => {
    const sink = sinkBehind((url) => ({ HTTP_PROXY: `http://joe:hunter2secret@${url}` }));
    const [host] = await sink.check();
    await sink.close();
    expect(host?.message).to.include('through the proxy of HTTP_PROXY').and.not.include('hunter2secret');
  });

  it('ends the wait for a proxy that never answers', async () => {
    status = SILENCE;
    const outcome = await opened(sinkBehind((url) => ({ http_proxy: url }), { connectTimeout: '50ms' }));
    expect(outcome).to.be.instanceOf(TransientError);
    expect(String(outcome)).to.include('through the proxy of http_proxy');
  });

  for (const [answer, error] of [
    [407, RefusedError],
    [403, RefusedError],
    [502, TransientError],
  ] as const) {
    it(`reports the proxy's ${answer} as ${error.name}`, async () => {
      status = answer;
      const outcome = await opened(sinkBehind((url) => ({ http_proxy: url })));
      expect(outcome).to.be.instanceOf(error);
      expect(String(outcome)).to.include('the proxy of http_proxy');
      expect(simulator.requests).to.deep.equal([]);
    });
  }
});
