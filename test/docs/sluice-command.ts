import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Runs the real command, by default in the root of the repository. */
export function sluice(
  args: readonly string[],
  {
    cwd = ROOT,
    environment = {},
  }: { readonly cwd?: string; readonly environment?: Readonly<Record<string, string>> } = {},
) {
  const { PATH } = process.env;
  return spawnSync(process.execPath, [join(ROOT, 'packages/cli/bin/sluice.js'), ...args], {
    cwd,
    env: { PATH, NO_COLOR: '1', ...environment },
    encoding: 'utf8',
  });
}
