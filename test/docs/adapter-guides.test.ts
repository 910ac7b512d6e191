import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { sharedCommand } from '../command/shared-command.js';
import type { Finished } from '../command/warm-command.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The code of the pages, as it is written and as it is compiled with all other tests. */
const WRITTEN = join(ROOT, 'test/docs/guides');
const COMPILED = fileURLToPath(new URL('guides', import.meta.url));

const PAGES = {
  'write-a-sink.md': ['sink/src/acme-sink.ts', 'sink/test/acme-sink.spec.ts'],
  'write-a-source.md': [
    'source/src/shop-source.ts',
    'source/test/shop-source.spec.ts',
    'orders/src/orders-source.ts',
    'orders/test/orders-source.spec.ts',
  ],
} as const;

function blocks(page: string, language: string): readonly string[] {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?\\n)\`\`\``, 'gmu'))].map(([, block = '']) => block);
}

/** Makes a package of a guide's compiled code, installed beside pipeline files. */
function install(folder: string, name: string, guide: string): void {
  const own = join(folder, 'node_modules', name);
  mkdirSync(own, { recursive: true });
  cpSync(join(COMPILED, guide, 'src'), own, { recursive: true });
  const main = { acme: 'acme-sink.js', orders: 'orders-source.js' }[name.replace('@acme/sluice-', '')];
  writeFileSync(join(own, 'package.json'), JSON.stringify({ name, type: 'module', exports: `./${main}` }));
}

async function sluice(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const { PATH = '' } = process.env;
  return sharedCommand.run({ args, cwd, environment: { PATH, NO_COLOR: '1', ...environment } });
}

interface Destination {
  readonly url: string;
  readonly received: readonly { readonly id: string }[];
  readonly server: Server;
}

/** Acme, as the page describes it, with the key `right`. */
async function aDestination(): Promise<Destination> {
  const received: Destination['received'][number][] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.headers.authorization !== 'Bearer right') return response.writeHead(401).end();
      if (request.url !== '/batch') return response.end('{}');
      const { events } = JSON.parse(Buffer.concat(parts).toString('utf8')) as {
        readonly events: Destination['received'];
      };
      received.push(...events);
      return response.end(JSON.stringify({ results: Object.fromEntries(events.map(({ id }) => [id, 'ok'])) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the destination has no port');
  return { url: `http://127.0.0.1:${address.port}`, received, server };
}

describe('the guides for adapter authors', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-guides-'));
  const [pipeline = ''] = blocks('write-a-source.md', 'yaml');
  let destination: Destination;

  before(async () => {
    destination = await aDestination();
    mkdirSync(join(folder, 'node_modules/@sluice'), { recursive: true });
    for (const each of ['@sluice/core', '@sluice/adapter-kit', 'zod']) {
      symlinkSync(join(ROOT, 'node_modules', each), join(folder, 'node_modules', each));
    }
    install(folder, '@acme/sluice-acme', 'sink');
    install(folder, '@acme/sluice-orders', 'orders');
    writeFileSync(join(folder, 'pipeline.yaml'), pipeline);
  });
  after(() => {
    destination.server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [page, files] of Object.entries(PAGES)) {
    it(`show the code that is tested: ${page}`, () => {
      expect(blocks(page, 'ts')).to.deep.equal(files.map((file) => readFileSync(join(WRITTEN, file), 'utf8')));
    });
  }

  it('build adapters that pass their tests', () => {
    const mocha = join(ROOT, 'node_modules/mocha/bin/mocha.js');
    const specs = Object.values(PAGES).flatMap((files) => files.filter((file) => file.endsWith('.spec.ts')));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--conditions=sluice-modules',
        mocha,
        '--no-config',
        ...specs.map((file) => join(COMPILED, file.replace('.ts', '.js'))),
      ],
      { encoding: 'utf8' },
    );
    expect(status, stdout + stderr).to.equal(0);
    expect(stdout).to.match(/[1-9]\d* passing/u);
  });

  it('name a sink in a pipeline that lints clean', async () => {
    writeFileSync(join(folder, 'acme.yaml'), blocks('write-a-sink.md', 'yaml')[0] ?? '');
    const variables = { LANGFUSE_DATABASE_URL: 'postgres://reader:pw@db.example.com/langfuse', ACME_API_KEY: 'a-key' };
    const { out } = await sluice(['lint', 'acme.yaml', '--json'], folder, variables);
    expect(JSON.parse(out)).to.deep.equal([]);
  });

  it('run the source’s pipeline: export every order once, declare personal data, and verify', async () => {
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

  it('run source and sink together, and refuse a wrong key before sending anything', async () => {
    const together = pipeline
      .replace('orders-to-file', 'orders-to-acme')
      .replace(
        /^sink: .*$/mu,
        'sink: { use: "@acme/sluice-acme", with: { host: "${URL}", apiKey: "${KEY}", gzip: false } }',
      )
      .replace('  sink: jsonl', '  sink: "@acme/sluice-acme"')
      .replace('timestamp: at', 'time: at\n      user: id');
    writeFileSync(join(folder, 'together.yaml'), together);
    const refused = await sluice(['run', 'together.yaml'], folder, { URL: destination.url, KEY: 'wrong' });
    expect(refused.code).to.equal(1);
    expect(refused.err).to.contain('Acme');
    expect(destination.received).to.deep.equal([]);
    const { code, err } = await sluice(['run', 'together.yaml'], folder, { URL: destination.url, KEY: 'right' });
    expect(code, err).to.equal(0);
    expect(destination.received).to.have.lengthOf(2500);
  });
});
