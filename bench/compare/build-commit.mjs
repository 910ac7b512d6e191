import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../throughput/sluice-command.mjs';

/** Checks a commit out beside the repository, and builds it with the dependencies that it had. */
export function buildCommit(commit) {
  const name = run('git', ['rev-parse', '--short', `${commit}^{commit}`], REPOSITORY).trim();
  const repository = join(mkdtempSync(join(tmpdir(), `sluice-${name}-`)), 'repository');
  run('git', ['worktree', 'add', '--detach', repository, name], REPOSITORY);
  const remove = () => {
    rmSync(join(repository, '..'), { recursive: true, force: true });
    run('git', ['worktree', 'prune'], REPOSITORY);
  };
  try {
    run('npm', ['ci', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'], repository);
    run('npm', ['run', '--silent', 'build'], repository);
    return { name, repository, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
