import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import type { Preset } from '@sluice/core/preset';
import { locatePackageFile, type CONFIG_CODES, type Problem } from '@sluice/core/config';
import { createSluice } from '@sluice/sluice';
import { parseDocument } from 'yaml';
import { PROGRAM } from '../process/program.js';
import { PARTS, questionsOf, valueIn, type Answer, type Answers } from './answers.js';
import { ownPaths } from './ask-pipeline.js';
import { schemaLine } from './new-schemas.js';
import type { Pair } from './pair.js';
import { startingMapping } from './starting-mapping.js';
import type { NewFile } from './write-files.js';

export interface NewPipeline {
  readonly directory: string;
  readonly name: string;
  readonly start: string;
  readonly pair: Pair;
  readonly answers: Answers;
}

/** What a pipeline file begins as where no preset ships. */
const BLANK = `sluice: 1
pipeline:
source:
  use:
sink:
  use:
mapping:
schedule: { cron: '30 * * * *', timeZone: UTC }
start: beginning # or now, or a date: what the first run backfills
settle: 30m # how long a record rests before it is exported
revisit: 24h # how far back to look for changes of older records; 0s turns it off
state: { use: file, with: { directory: .sluice } }
`;

/** The pipeline and its mapping, without a secret. */
export function newFiles(pipeline: NewPipeline): readonly NewFile[] {
  const [pipelinePath, mappingPath] = ownPaths(pipeline.directory, pipeline.name);
  return [
    { path: pipelinePath, text: pipelineText(pipeline) },
    { path: mappingPath, text: mappingText(pipeline) },
  ];
}

/** The preset's pipeline file, or a blank one, with the answers in it. */
function pipelineText({ name, start, pair, answers }: NewPipeline): string {
  const { source, sink, preset } = pair;
  const shipped = preset && readFileSync(preset.pipeline, 'utf8').replace(/^# yaml-language-server.*\n/u, '');
  const document = parseDocument(shipped ?? BLANK);
  document.set('pipeline', name);
  document.setIn(['source', 'use'], source.type);
  document.setIn(['sink', 'use'], sink.type);
  document.set('mapping', `mappings/${name}.yaml`);
  document.set('start', start);
  for (const part of PARTS) {
    for (const question of questionsOf(part, pair)) {
      const answer = answers.get(`${part}.${question.option}`) ?? {};
      const written =
        answer.variable === undefined && part !== 'params'
          ? valueIn(pair[part], question, answer.value ?? '').value
          : referenceTo(answer);
      document.setIn([...(part === 'params' ? ['params'] : [part, 'with']), question.option], written);
    }
  }
  return schemaLine('pipeline', pair, '.') + document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function referenceTo({ variable, value }: Answer): string {
  if (variable === undefined) return value ?? '';
  return value === undefined ? `\${${variable}}` : `\${${variable}:-${value}}`;
}

function mappingText({ name, directory, pair }: NewPipeline): string {
  const { preset } = pair;
  const head = schemaLine('mapping', pair, '..');
  if (preset === undefined) return head + startingMapping(name, pair);
  return `${head}# The events that ship with Sluice, and your own changes to them. An entry below replaces the one of the same name,
# or adds one; everything else stays as it ships. Check it with: ${PROGRAM} lint
sluice: 1
mapping: ${name}
extends: ${JSON.stringify(shippedMapping(preset, join(directory, 'mappings')))}
#
${preset.example.replaceAll(/^/gmu, '# ')}
`;
}

/** By its package where that is installed, so that the file means the same elsewhere; in the repository by its path. */
function shippedMapping({ mapping }: Preset, directory: string): string {
  const isInstalled = locatePackageFile(mapping.specifier, join(directory, 'mapping.yaml')) !== undefined;
  return isInstalled ? mapping.specifier : relative(directory, mapping.path);
}

const LOOKING_BACK = /^revisit: .*$/mu;
const NOT_LOOKING_BACK = 'revisit: 0s # the destination does not replace an event that is sent again';

/**
 * Lints the files before they are written, with examples for what is not known yet. Returns them: where the destination
 * does not replace repeats, with a `revisit` that makes none. Throws `ConfigError`.
 */
export async function lintNewFiles(files: readonly NewFile[], pipeline: NewPipeline): Promise<readonly NewFile[]> {
  const problems = await lint(files, pipeline);
  if (problems.length === 0) return files;
  const [file, ...others] = files;
  const text = file && withoutLookingBack(file.text);
  if (file !== undefined && text !== undefined && text !== file.text && problems.every(({ code }) => code in REPEATS)) {
    return lintNewFiles([{ ...file, text }, ...others], pipeline);
  }
  const messages = problems.map(({ message }) => message).join('; ');
  throw new ConfigError([], `these answers do not produce a valid pipeline: ${messages}`);
}

function withoutLookingBack(text: string): string {
  return LOOKING_BACK.test(text) ? text.replace(LOOKING_BACK, NOT_LOOKING_BACK) : `${text}${NOT_LOOKING_BACK}\n`;
}

/** The problems of a `revisit` that the destination does not replace repeats of. */
const REPEATS: Readonly<Partial<Record<keyof typeof CONFIG_CODES, true>>> = {
  'changes-not-delivered': true,
  'changes-count-twice': true,
};

async function lint(files: readonly NewFile[], pipeline: NewPipeline): Promise<readonly Problem[]> {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const examples = PARTS.flatMap((part) =>
    questionsOf(part, pipeline.pair).map(({ option, example }) => [
      pipeline.answers.get(`${part}.${option}`)?.variable ?? '',
      pipeline.answers.get(`${part}.${option}`)?.value ?? example,
    ]),
  );
  const sluice = createSluice({ environment: Object.fromEntries(examples) });
  const readFile = (path: string) => texts.get(path) ?? readFileSync(path, 'utf8');
  return sluice.lint(files[0]?.path ?? '', { readFile });
}
