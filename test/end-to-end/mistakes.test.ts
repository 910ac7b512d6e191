import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aLangfuseWorld, PROJECT_KEY, shipped, type Finished, type LangfuseWorld } from './langfuse-world.js';

const PIPELINE = shipped('langfuse-to-posthog.yaml');

/** One clear message: no stack trace, no secret. */
function expectClear({ err, out }: Finished, ...words: readonly string[]): void {
  for (const word of words) expect(err).to.contain(word);
  expect(err).not.to.match(/^\s+at .+:\d+:\d+\)?$/m);
  expect(out + err).not.to.contain(PROJECT_KEY);
}

describe('a mistake', function () {
  this.timeout(60_000);
  let world: LangfuseWorld;
  let html: Server;
  before(async () => {
    world = await aLangfuseWorld({ traces: 5 });
    html = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Sign in</body></html>');
    });
    await new Promise<void>((resolve) => {
      html.listen(0, '127.0.0.1', resolve);
    });
  });
  after(async () => {
    html.close();
    await world.end();
  });

  /** The shipped files, copied into the world's folder, with one thing changed. */
  function changed(file: string, from: string | RegExp, to: string): string {
    cpSync(shipped('.'), join(world.directory, 'configs'), { recursive: true });
    const path = join(world.directory, 'configs', file);
    const text = readFileSync(path, 'utf8');
    expect(text).to.match(
      from instanceof RegExp ? from : new RegExp(from.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)),
    );
    writeFileSync(path, text.replace(from, to));
    return join(world.directory, 'configs', 'langfuse-to-posthog.yaml');
  }

  it('in a field’s name is found before anything runs, with its place and a suggestion', async () => {
    const pipeline = changed(
      'mappings/langfuse.yaml',
      'langfuse_release: trace.release',
      'langfuse_release: trace.relase',
    );
    const finished = await world.sluice(['run', pipeline]);
    expect(finished.code).to.equal(2);
    expectClear(finished, 'trace.relase', 'trace.release', 'langfuse.yaml:');
    expect(finished.err).to.match(/langfuse\.yaml:\d+:\d+/);
  });

  it('in a unit is found before anything runs', async () => {
    const pipeline = changed(
      'mappings/langfuse.yaml',
      /langfuse_latency: latency/,
      "langfuse_latency: convert(latency, 'ms')",
    );
    const finished = await world.sluice(['run', pipeline]);
    expect(finished.code).to.equal(2);
    expectClear(finished, 'ms', 'langfuse.yaml:');
  });

  it('in a key of the pipeline file names the key that was meant', async () => {
    const finished = await world.sluice(['run', changed('langfuse-to-posthog.yaml', /^settle:/m, 'setle:')]);
    expect(finished.code).to.equal(2);
    expectClear(finished, 'setle', 'settle', 'langfuse-to-posthog.yaml:');
  });

  it('in the environment names the missing variable', async () => {
    const finished = await world.sluice(['run', PIPELINE], { environment: { POSTHOG_API_KEY: undefined } });
    expect(finished.code).to.equal(2);
    expectClear(finished, 'POSTHOG_API_KEY');
  });

  it('in the password is reported without it', async () => {
    const url = new URL(world.databaseUrl);
    url.password = 'wrongpassword1';
    const finished = await world.sluice(['run', PIPELINE], { environment: { LANGFUSE_DATABASE_URL: url.href } });
    expect(finished.code).to.equal(1);
    expectClear(finished, 'password');
    expect(finished.err).not.to.contain('wrongpassword1');
  });

  it('in the address of the database makes it give up after three attempts', async () => {
    const url = new URL(world.databaseUrl);
    url.port = '1';
    const finished = await world.sluice(['run', PIPELINE], { environment: { LANGFUSE_DATABASE_URL: url.href } });
    expect(finished.code).to.equal(1);
    expectClear(finished, 'after 3 attempts', '127.0.0.1:1');
  });

  it('in the host, which answers with HTML, is reported and nothing is sent', async () => {
    const { port } = html.address() as AddressInfo;
    const finished = await world.sluice(['run', PIPELINE], {
      environment: { POSTHOG_HOST: `http://127.0.0.1:${port}` },
    });
    expect(finished.code).to.equal(1);
    expectClear(finished, 'HTML');
  });

  it('in an option suggests the right one', async () => {
    const finished = await world.sluice(['run', PIPELINE, '--jsn']);
    expect(finished.code).to.equal(2);
    expectClear(finished, '--json');
  });

  it('in a command suggests the right one', async () => {
    const finished = await world.sluice(['previw', PIPELINE]);
    expect(finished.code).to.equal(2);
    expectClear(finished, 'preview');
  });
});

describe('what ships', () => {
  it('lints without a problem', async function () {
    this.timeout(60_000);
    const world = await aLangfuseWorld({ traces: 1 });
    try {
      const files = [
        'langfuse-to-posthog.yaml',
        'langfuse-to-jsonl.yaml',
        'mappings/langfuse.yaml',
        'mappings/langfuse-posthog.yaml',
        'mappings/langfuse-posthog-extended.yaml',
      ];
      const { code, out } = await world.sluice(['lint', '--format', 'json', ...files.map(shipped)]);
      expect(JSON.parse(out)).to.deep.equal([]);
      expect(code).to.equal(0);
    } finally {
      await world.end();
    }
  });
});
