// Joins the modules of each package into a few files, and with some the libraries that they load: a command starts in a
// third of the time, because Node opens, reads and links tens of files instead of hundreds. Packages stay apart, so that
// adapters of others share their classes.
// `npm run build` runs it for all packages; arguments name packages. `node --conditions=sluice-modules` uses the single
// modules instead.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inAscii } from './in-ascii.mjs';
import { libraryOptions } from './joined-libraries.mjs';
import { libraryLicenses } from './library-licenses.mjs';

const PACKAGES = fileURLToPath(new URL('../packages', import.meta.url));

/** The modules that a package offers as a bundle: `./dist/adapter.js` for `./bundle/adapter.js`. */
function entriesOf(folder, { exports = {}, imports = {} }) {
  return [...Object.values(exports), ...Object.values(imports)]
    .map((target) => target.default)
    .filter((path) => path?.startsWith('./bundle/'))
    .map((path) => join(folder, path.replace('./bundle/', './dist/')));
}

async function bundle(name) {
  const folder = join(PACKAGES, name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entryPoints = entriesOf(folder, manifest);
  const outdir = join(folder, 'bundle');
  rmSync(outdir, { recursive: true, force: true });
  if (entryPoints.length === 0) return;
  const { metafile } = await build({
    ...libraryOptions(name, manifest),
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    metafile: true,
  });
  for (const path of Object.keys(metafile.outputs).filter((output) => output.endsWith('.js'))) {
    const code = readFileSync(path, 'utf8');
    const ascii = await inAscii(code);
    if (ascii !== code) writeFileSync(path, ascii);
  }
  const licenses = libraryLicenses(metafile);
  if (licenses !== undefined) writeFileSync(join(outdir, 'LICENSES.txt'), licenses);
}

const named = process.argv.slice(2);
await Promise.all((named.length === 0 ? readdirSync(PACKAGES) : named).map(bundle));
