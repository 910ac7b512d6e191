import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '@sluice/core/config';
import { expect } from 'chai';
import { isMap, parseDocument } from 'yaml';
import { blocksOf, PAGES, type Block } from './blocks.js';
import { ROOT, sluice } from './sluice-command.js';

/** Environment variables of the examples. */
const ENVIRONMENT = {
  LANGFUSE_DATABASE_URL: 'postgres://reader:secret@db.example.com:5432/langfuse',
  LANGFUSE_CLICKHOUSE_URL: 'http://reader:secret@clickhouse.example.com:8123/default',
  SLUICE_STATE_DATABASE_URL: 'postgres://sluice:secret@db.example.com:5432/sluice',
  SLUICE_DATABASE_URL: 'postgres://sluice:secret@db.example.com:5432/sluice',
  LANGFUSE_URL: 'https://langfuse.example.com',
  POSTHOG_API_KEY: 'phc_example',
  POSTHOG_PERSONAL_API_KEY: 'phx_example',
  LITELLM_DATABASE_URL: 'postgres://reader@localhost/litellm',
  EVENTS_DATABASE_URL: 'postgres://sluice:secret@db.example.com:5432/analytics',
  WEBHOOK_URL: 'https://hooks.example.com/events',
  WEBHOOK_SECRET: 'whsec_c2x1aWNlIHNpZ25zIGV2ZXJ5IHJlcXVlc3QgaGVyZQ==',
  OLD_WEBHOOK_SECRET: 'whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHNhbWUgbGVuZ3Ro',
  WEBHOOK_TOKEN: 'example',
  SEGMENT_WRITE_KEY: 'example',
  MIXPANEL_PROJECT_TOKEN: 'example',
  MIXPANEL_SECRET: 'example',
};
/** Their packages are installed, and their pipelines run, by adapter-guides.test.ts. */
const GUIDES = ['docs/write-a-sink.md', 'docs/write-a-source.md'];
/** First keys of other programs' files. */
const OTHERS = ['scrape_configs', 'services', 'groups'];
const SHIPPED_PIPELINE = 'langfuse-to-posthog.yaml';
const PIPELINE_KEYS =
  /^(?:pipeline|source|sink|mapping|params|schedule|start|settle|revisit|maxWindow|state|scheduler|delivery|deadLetters)$/u;
const MAPPING_KEYS = /^(?:extends|shared|events|remove|identity|personalData)$/u;

/** Where an installed Sluice has the shipped mappings; here they lie beside the example. */
const SHIPPED_FOLDER = '@sluice/langfuse-posthog/configs/mappings/';

/** A block of YAML as a file for the command. */
interface Example extends Block {
  readonly kind: 'pipeline' | 'mapping' | 'tests' | 'streams';
  readonly file: string;
  readonly written: string;
}

function examplesOf(page: string): readonly Example[] {
  const examples: Example[] = [];
  for (const block of blocksOf(page, 'yaml')) {
    const stem = `${page.replaceAll(/\W/gu, '-')}-${block.line}`;
    const { contents } = parseDocument(block.text);
    const keys = isMap(contents) ? contents.items.map(({ key }) => String(key)) : [];
    if (OTHERS.includes(keys[0] ?? '')) continue;
    if (keys.includes('streams')) {
      examples.push({ ...block, kind: 'streams', file: `configs/${stem}.schema.yaml`, written: block.text });
      continue;
    }
    const isWhole = keys.includes('sluice');
    if (isWhole && keys.includes('tests') && !keys.some((key) => MAPPING_KEYS.test(key))) {
      const mapping = examples.findLast(({ kind }) => kind === 'mapping')?.file ?? '';
      examples.push({ ...block, kind: 'tests', file: mapping.replace('.yaml', '.test.yaml'), written: block.text });
    } else if (keys.includes('pipeline') || (!isWhole && keys.every((key) => PIPELINE_KEYS.test(key)))) {
      const text = block.text.replace(SHIPPED_FOLDER, 'mappings/');
      const written = isWhole ? text : inShippedPipeline(text, keys);
      examples.push({ ...block, kind: 'pipeline', file: `configs/${stem}.yaml`, written });
    } else {
      const written = isWhole ? block.text.replace(SHIPPED_FOLDER, '') : overShippedMapping(block.text, keys);
      examples.push({ ...block, kind: 'mapping', file: `configs/mappings/${stem}.yaml`, written });
    }
  }
  return examples;
}

/** Sinks whose destination does not replace what it has, so that a pipeline that follows changes has a warning. */
const NOT_REPLACING = ['webhook', 'segment'];

/** Puts some keys of a pipeline file into the shipped one. */
function inShippedPipeline(text: string, keys: readonly string[]): string {
  const document = parseDocument(readFileSync(join(ROOT, 'configs', SHIPPED_PIPELINE), 'utf8'));
  const part = parseDocument(text);
  for (const key of keys) document.set(key, part.get(key, true));
  const sink = document.getIn(['sink', 'use']);
  if (sink !== 'posthog' && !keys.includes('mapping')) document.set('mapping', 'mappings/langfuse.yaml');
  if (NOT_REPLACING.includes(String(sink)) && !keys.includes('revisit')) document.set('revisit', '0s');
  return document.toString();
}

/** Turns keys of a mapping into an overlay, and any other keys into properties of an event. */
function overShippedMapping(text: string, keys: readonly string[]): string {
  const overlay = 'sluice: 1\nextends: langfuse-posthog.yaml\n';
  if (keys.every((key) => MAPPING_KEYS.test(key))) return overlay + text;
  return `${overlay}events:\n  - event: langfuse trace\n    properties:\n${text.replaceAll(/^(?=.)/gmu, '      ')}`;
}

describe('the examples in the documentation', function () {
  this.timeout(120_000);
  let directory: string;
  let problems: readonly Problem[];
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-docs-'));
    cpSync(join(ROOT, 'configs'), join(directory, 'configs'), { recursive: true });
    for (const { file, written } of examples) writeFileSync(join(directory, file), written);
    const files = examples.map(({ file }) => file);
    const { stdout } = sluice(['lint', '--json', ...files], { cwd: directory, environment: ENVIRONMENT });
    problems = JSON.parse(stdout) as Problem[];
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const examples = PAGES.filter((page) => !GUIDES.includes(page)).flatMap(examplesOf);

  it('include pipelines, mappings and tests, and have no lint problems', () => {
    expect(problems).to.deep.equal([]);
    expect(new Set(examples.map(({ kind }) => kind))).to.have.keys('pipeline', 'mapping', 'tests', 'streams');
  });

  for (const { page, line, file, kind, text } of examples) {
    it(`have no problems: the ${kind} in ${page}, line ${line}`, () => {
      expect(problems.filter((problem) => problem.file === join(directory, file))).to.deep.equal([]);
    });
    if (!/^tests:/mu.test(text)) continue;
    it(`pass their tests: the ${kind} in ${page}, line ${line}`, () => {
      const { status, stdout, stderr } = sluice(['test', file], { cwd: directory });
      expect(status, stdout + stderr).to.equal(0);
    });
  }

  it('name only existing commands and options', () => {
    const commands = PAGES.flatMap((page) =>
      blocksOf(page, 'sh').flatMap(({ text }) =>
        text.split('\n').map((line) => /npx (?:--no )?sluice ([a-z][a-z-]*)(.*?)(?: #.*)?$/u.exec(line)),
      ),
    ).filter((match) => match !== null);
    expect(commands).to.have.length.greaterThan(5);
    const helps = new Map<string, string>();
    for (const [, command = '', rest = ''] of commands) {
      const help = helps.get(command) ?? sluice([command, '--help'], { cwd: directory }).stdout;
      helps.set(command, help);
      // yargs answers `completion` with the script, whatever else it is asked.
      expect(help, command).to.match(new RegExp(`^(?:sluice ${command}|###-begin-sluice-completions)`, 'u'));
      for (const [option] of rest.matchAll(/--[a-z-]+/gu)) expect(help, `sluice ${command}`).to.contain(option);
    }
  });
});
