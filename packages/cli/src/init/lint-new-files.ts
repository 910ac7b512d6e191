import { readFileSync } from 'node:fs';
import { ConfigError } from '@sluice/core';
import type { CommandContext } from '../command-context.js';
import { loadPipeline } from '../compose-pipeline.js';
import type { Answers } from './answers.js';
import type { NewFile } from './pipeline-files.js';

/** Holds the files against the schemas before they are written. Throws `ConfigError` when the answers do not fit. */
export async function lintNewFiles(
  files: readonly NewFile[],
  { databaseUrlEnv, posthogKeyEnv }: Answers,
  context: CommandContext,
): Promise<void> {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const readFile = (path: string) => texts.get(path) ?? readFileSync(path, 'utf8');
  const environment = {
    LANGFUSE_URL: 'https://langfuse.example.com',
    [databaseUrlEnv]: 'postgres://sluice@localhost:5432/langfuse',
    [posthogKeyEnv]: 'phc_example',
  };
  const [pipeline] = files;
  const { problems } = await loadPipeline(pipeline?.path ?? '', undefined, { ...context, environment }, readFile);
  if (problems.length === 0) return;
  throw new ConfigError([], `these answers make no pipeline: ${problems.map(({ message }) => message).join('; ')}`);
}
