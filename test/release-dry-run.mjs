// Tries `lerna version` and `lerna publish` on a clone, without tagging or publishing.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const clone = mkdtempSync(join(tmpdir(), 'sluice-release-'));
const run = (command, args) =>
  execFileSync(command, args, { cwd: clone, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });

try {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone]);
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  run('git', ['checkout', '--quiet', '-B', 'main']);
  run('git', ['config', 'user.name', 'release']);
  run('git', ['config', 'user.email', 'release@example.com']);
  run('npx', ['lerna', 'version', 'minor', '--yes', '--no-push', '--no-git-tag-version', '--ignore-scripts']);
  const versions = readdirSync(join(clone, 'packages')).map((name) => {
    const { version, dependencies = {} } = JSON.parse(
      readFileSync(join(clone, 'packages', name, 'package.json'), 'utf8'),
    );
    const inner = Object.entries(dependencies).filter(([dependency]) => dependency.startsWith('@sluice/'));
    return { name, version, inner: inner.map(([, wanted]) => wanted) };
  });
  const [first] = versions;
  const wrong = versions.filter(
    ({ version, inner }) => version !== first.version || inner.some((wanted) => wanted !== version),
  );
  if (wrong.length > 0) throw new Error(`versions do not move together: ${JSON.stringify(wrong)}`);
  const packed = JSON.parse(run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--workspaces']));
  for (const { name, version, files } of packed) console.log(`${name}@${version}: ${files.length} files`);
  if (packed.length !== versions.length)
    throw new Error(`${packed.length} of ${versions.length} packages can be packed`);
} finally {
  rmSync(clone, { recursive: true, force: true });
}
