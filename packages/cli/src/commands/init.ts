import { join, relative, resolve } from 'node:path';
import { environmentFromFile } from '@sluice/core';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { assertUsable } from '../init/answers.js';
import { collectAnswers, prompterFor } from '../init/collect-answers.js';
import { initOptions, type InitArguments } from '../init/init-options.js';
import { lintNewFiles } from '../init/lint-new-files.js';
import { nextSteps } from '../init/next-steps.js';
import { pipelineFiles } from '../init/pipeline-files.js';
import { PromptsEnded, type Prompter } from '../init/prompter.js';
import { writeSecretFile } from '../init/secret-file.js';
import { assertNew, writeNewFiles } from '../init/write-new-files.js';
import { stopOnSignals } from '../stop-signals.js';

export const initCommand: Command<InitArguments> = { builder: initOptions, handler: init };

async function init(args: InitArguments, context: CommandContext): Promise<number> {
  const stop = stopOnSignals(() => undefined);
  try {
    await writePipeline(args, context, stop.signal);
    return EXIT.done;
  } catch (error) {
    if (error instanceof PromptsEnded) return EXIT.interrupted;
    const code = stop.exitCode();
    if (code !== undefined) return code;
    throw error;
  } finally {
    stop.release();
  }
}

async function writePipeline(args: InitArguments, context: CommandContext, signal: AbortSignal): Promise<void> {
  const { terminal } = context;
  const directory = resolve(args.dir);
  const here = (path: string) => relative(process.cwd(), path);
  const given = args['env-file'] === undefined ? undefined : resolve(args['env-file']);
  const environment = given === undefined ? context.environment : environmentFromFile(given, context.environment);
  const overwrites = args.force ? () => undefined : assertNew;
  overwrites([join(directory, '.env.example')]);

  const prompter = await prompterFor(args, context);
  const { answers, typed } = await collectAnswers(args, prompter, { ...context, environment }, signal);
  assertUsable(answers);
  const files = pipelineFiles(directory, answers);
  await lintNewFiles(files, answers, context);

  const own = join(directory, '.env');
  const keeps = await isToBeKept(prompter, typed, here(own));
  const paths = [...files.map(({ path }) => path), ...(keeps ? [own] : [])];
  overwrites(paths);
  writeNewFiles(files);
  const variables = [answers.databaseUrlEnv, answers.posthogKeyEnv];
  if (answers.langfuseUrl === undefined) variables.push('LANGFUSE_URL');
  const missing = variables.filter((variable) => !environment[variable] && !(keeps && typed[variable]));
  if (keeps) writeSecretFile(own, { ...Object.fromEntries(missing.map((variable) => [variable, ''])), ...typed });

  terminal.out(`Written: ${paths.map(here).join(', ')}\n`);
  const [pipeline] = paths;
  terminal.out(nextSteps({ file: pipeline ?? '', directory, envFile: keeps ? own : given, missing }));
}

/** What was typed goes into a file only when somebody says so. */
async function isToBeKept(
  prompter: Prompter | undefined,
  typed: Readonly<Record<string, string>>,
  file: string,
): Promise<boolean> {
  const names = Object.keys(typed);
  if (prompter === undefined || names.length === 0) return false;
  return prompter.confirm(`Write ${names.join(' and ')} to ${file}, readable by you alone?`, false);
}
