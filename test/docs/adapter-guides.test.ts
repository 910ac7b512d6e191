import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { WarmCommand, type Finished } from '../command/warm-command.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What the guides' packages import, and what compiling them needs. */
const INSTALLED = ['@sluice/core', '@sluice/testkit', '@types', 'zod', 'chai', 'nock', 'mocha'];

interface Guide {
  readonly manifest: string;
  readonly code: string;
  readonly test: string;
  readonly pipeline: string;
}

function guide(page: string): Guide {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const block = (language: string, index = 0) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)\\n\`\`\``, 'gmu'))][index]?.[1] ?? '';
  return { manifest: block('json'), code: block('ts'), test: block('ts', 1), pipeline: block('yaml') };
}

/** Installs the guide's package next to its pipeline file and compiles it. */
function install(directory: string, { manifest, code, test, pipeline }: Guide): string {
  const { name, exports } = JSON.parse(manifest) as { readonly name: string; readonly exports: string };
  const folder = join(directory, 'node_modules', name);
  const stem = exports.replace(/^\.\//u, '').replace(/\.js$/u, '');
  mkdirSync(folder, { recursive: true });
  for (const each of INSTALLED) {
    const link = join(directory, 'node_modules', each);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', each), link);
  }
  writeFileSync(join(directory, 'pipeline.yaml'), pipeline);
  writeFileSync(join(folder, 'package.json'), manifest);
  writeFileSync(join(folder, `${stem}.ts`), code);
  writeFileSync(join(folder, `${stem}.test.ts`), test);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.base.json'),
      compilerOptions: { composite: false, declaration: false, declarationMap: false, types: ['node', 'mocha'] },
    }),
  );
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'node_modules/.bin/tsc'), '-p', folder], {
    encoding: 'utf8',
  });
  expect(status, stdout).to.equal(0);
  return join(folder, `${stem}.test.js`);
}

function passesItsTest(file: string): void {
  const mocha = join(ROOT, 'node_modules/mocha/bin/mocha.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [mocha, '--no-config', file], {
    cwd: dirname(file),
    encoding: 'utf8',
  });
  expect(status, stdout + stderr).to.equal(0);
  expect(stdout).to.match(/[1-9]\d* passing/u);
}

const command = new WarmCommand();

async function sluice(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const { PATH = '' } = process.env;
  return command.run({ args, cwd, environment: { PATH, NO_COLOR: '1', ...environment } });
}

interface Webhook {
  readonly url: string;
  readonly received: readonly { readonly event: string; readonly properties: { readonly amount_usd: number } }[];
  readonly server: Server;
}

async function aWebhook(): Promise<Webhook> {
  const received: Webhook['received'][number][] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.method === 'POST') {
        received.push(...(JSON.parse(Buffer.concat(parts).toString('utf8')) as Webhook['received']));
      }
      response.writeHead(request.headers.authorization === 'Bearer right' ? 204 : 401).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the webhook has no port');
  return { url: `http://127.0.0.1:${address.port}/events`, received, server };
}

describe('the guides for adapter authors', function () {
  this.timeout(60_000);
  const directory = mkdtempSync(join(tmpdir(), 'sluice-guides-'));
  const sinkGuide = guide('write-a-sink.md');
  const sourceGuide = guide('write-a-source.md');
  let webhook: Webhook;

  before(async () => {
    webhook = await aWebhook();
  });
  after(async () => {
    await command.stop();
    webhook.server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('build a sink that compiles and passes its test', () => {
    passesItsTest(install(join(directory, 'sink'), sinkGuide));
  });

  it('build a source that compiles and passes its test', () => {
    passesItsTest(install(join(directory, 'source'), sourceGuide));
  });

  it('run the source’s pipeline: export every order once, declare personal data, and verify', async () => {
    const folder = join(directory, 'source');
    const orders = Array.from({ length: 2500 }, (_, index) => ({
      id: `o-${index}`,
      at: new Date(Date.UTC(2026, 0, 1) + index * 600_000).toISOString(),
      customer: index % 3 === 0 ? null : `c-${index % 50}`,
      amount: index / 4,
    }));
    writeFileSync(join(folder, 'orders.jsonl'), orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
    const linted = await sluice(['lint', 'pipeline.yaml', '--json'], folder);
    expect(JSON.parse(linted.out)).to.deep.equal([]);
    for (let run = 0; run < 2; run += 1) {
      const { code, err } = await sluice(['run', 'pipeline.yaml'], folder);
      expect(code, err).to.equal(0);
    }
    const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { uuid: string; properties: { amount_usd: number } });
    expect(new Set(events.map(({ uuid }) => uuid)).size).to.equal(2500);
    expect(events).to.have.lengthOf(2500);
    expect(events[10]?.properties).to.deep.equal({ customer: 'c-10', amount_usd: 2.5 });
    const verified = await sluice(['verify', 'pipeline.yaml'], folder);
    expect(verified.code, verified.out + verified.err).to.equal(0);
    expect(verified.out).to.contain('Every record of these hours is accounted for');
  });

  it('run source and sink together, and refuse a wrong token before sending anything', async () => {
    const folder = join(directory, 'source');
    install(join(directory, 'both'), sinkGuide);
    const link = join(folder, 'node_modules/@acme/sluice-webhook');
    symlinkSync(join(directory, 'both/node_modules/@acme/sluice-webhook'), link);
    const pipeline = sourceGuide.pipeline
      .replace('orders-to-file', 'orders-to-webhook')
      .replace(/^sink: .*$/mu, 'sink: { use: "@acme/sluice-webhook", with: { url: "${URL}", token: "${TOKEN}" } }');
    writeFileSync(join(folder, 'webhook.yaml'), pipeline);
    const refused = await sluice(['run', 'webhook.yaml'], folder, { URL: webhook.url, TOKEN: 'wrong' });
    expect(refused.code).to.equal(1);
    expect(refused.err).to.contain('refuses the token');
    expect(webhook.received).to.deep.equal([]);
    const { code, err } = await sluice(['run', 'webhook.yaml'], folder, { URL: webhook.url, TOKEN: 'right' });
    expect(code, err).to.equal(0);
    expect(webhook.received).to.have.lengthOf(2500);
  });
});
