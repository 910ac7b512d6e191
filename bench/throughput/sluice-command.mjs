import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The real command with the shipped pipeline and a state of its own. Only what a variant names differs.
 *
 * @param {{ repository?: string, file?: string, gzip?: boolean, maxEvents?: number, start?: string, edit?: (text: string) => string }} variant
 *   `edit` changes the text of the pipeline's file besides
 */
export function sluiceCommand({
  repository = REPOSITORY,
  file: name = 'langfuse-to-posthog.yaml',
  gzip = true,
  maxEvents,
  start,
  edit = (text) => text,
} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const configs = join(repository, 'configs');
  const shipped = readFileSync(join(configs, name), 'utf8');
  const pipeline = [
    changed(shipped, 'mapping: mappings/', `mapping: ${configs}/mappings/`),
    (text) => changed(text, 'gzip: true', `gzip: ${gzip}`),
    (text) => (start === undefined ? text : changed(text, 'start: beginning', `start: ${start}`)),
    (text) => (maxEvents === undefined ? text : `${text}delivery: { maxEvents: ${maxEvents} }\n`),
    edit,
  ].reduce((text, change) => change(text));
  const file = join(folder, 'pipeline.yaml');
  writeFileSync(file, pipeline);
  const program = join(repository, 'packages/cli/bin/sluice.js');
  return {
    command: [process.execPath, program, 'run', file],
    env: { SLUICE_STATE_DIRECTORY: join(folder, 'state') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function changed(text, from, to) {
  if (text.split(from).length === 1) throw new Error(`the shipped pipeline has no \`${from}\` any more`);
  return text.replace(from, () => to);
}
