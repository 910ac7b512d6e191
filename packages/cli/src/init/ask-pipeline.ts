import { existsSync } from 'node:fs';
import { join, parse, relative } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import { pipelineNames, type Pairs } from './choose-events.js';
import { pairName } from './pair.js';
import { PromptsEnded, type Prompter } from './prompter.js';

const NAME = /^[a-z0-9][a-z0-9-]*$/u;
const START = /^(?:beginning|now|\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?)$/u;

export interface NameOptions {
  readonly given: string | undefined;
  readonly directory: string;
  /** Whether files that exist may be written over. */
  readonly force: boolean;
}

/** The name of the first pipeline. The own files of all of them are new or may be written over. */
export async function askName(
  { given, directory, force }: NameOptions,
  pairs: Pairs,
  prompter: Prompter | undefined,
): Promise<string> {
  const [pair] = pairs;
  const existing = (name: string) =>
    pipelineNames(name, pairs)
      .flatMap((each) => ownPaths(directory, each))
      .filter((path) => existsSync(path));
  const here = (paths: readonly string[]) => paths.map((path) => relative(process.cwd(), path)).join(' and ');
  const problem = (text: string) => {
    const formProblem = nameProblem(text);
    if (formProblem !== undefined || force || existing(text).length === 0) return formProblem;
    return `expected another name: ${here(existing(text))} would be overwritten`;
  };
  const suggested = given ?? (pair.preset === undefined ? pairName(pair) : parse(pair.preset.pipeline).name);
  if (given !== undefined) assertAnswer('--name', given, nameProblem);
  const isAsked = given === undefined && prompter !== undefined;
  const name = isAsked ? await prompter.text('Name of the pipeline', suggested, problem) : suggested;
  const found = existing(name);
  if (found.length === 0) return name;
  if (!force) {
    const message = `nothing was written: ${here(found)} would be overwritten`;
    throw new ConfigError([], `${message}; pass another --name, or --force to overwrite`);
  }
  if (prompter !== undefined && !(await prompter.confirm(`Overwrite ${here(found)}?`, false))) {
    prompter.end('nothing was written');
    throw new PromptsEnded('overwriting was declined');
  }
  return name;
}

/** The files of one pipeline alone. */
export function ownPaths(directory: string, name: string): readonly [pipeline: string, mapping: string] {
  return [join(directory, `${name}.yaml`), join(directory, 'mappings', `${name}.yaml`)];
}

/** What the first run exports, as the pipeline file says it. */
export async function askStart(given: string | undefined, prompter: Prompter | undefined): Promise<string> {
  if (given !== undefined) return assertAnswer('--start', given, startProblem);
  if (prompter === undefined) return 'beginning';
  const start = await prompter.choice('What should the first run export?', [
    { value: 'beginning', label: 'everything in the source' },
    { value: 'now', label: 'only what is created from now on' },
    { value: 'date', label: 'everything since a date' },
  ]);
  return start === 'date' ? prompter.text('Since which date (UTC)?', '', startProblem) : start;
}

function nameProblem(text: string): string | undefined {
  return NAME.test(text) ? undefined : 'expected lower-case letters, digits and hyphens';
}

function startProblem(text: string): string | undefined {
  return START.test(text) ? undefined : 'expected beginning, now, or a date such as 2026-01-31';
}

function assertAnswer(flag: string, answer: string, problemOf: (text: string) => string | undefined): string {
  const problem = problemOf(answer);
  if (problem !== undefined) throw new ConfigError([], `${flag}: ${problem}`);
  return answer;
}
