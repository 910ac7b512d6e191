import { expect } from 'chai';
import { z } from 'zod';
import { duration } from '#src/config/duration.js';
import { loadPipelineFile } from '#src/config/load-pipeline-file.js';
import type { LoadedPipelineFile } from '#src/config/loaded-pipeline-file.js';
import type { PipelineConfig } from '#src/config/pipeline-config.js';
import { readDocument } from '#src/document/read-document.js';
import { renderProblems } from '#src/document/render-problems.js';
import { Secret, secretText } from '#src/config/secret.js';
import type { SinkDefinition, SourceDefinition, StateStoreDefinition } from '#src/contracts/definition.js';
import { SecretRedactor } from '#src/logging/secret-redactor.js';
import { AdapterLoader } from '#src/registry/adapter-loader.js';
import { createRegistry } from '#src/registry/registry.js';

const never = () => {
  throw new Error('nothing is created by loading');
};
const source: SourceDefinition = {
  kind: 'source',
  apiVersion: 1,
  type: 'records',
  doc: '',
  streams: [{ name: 'record', doc: '', key: ['id'], fields: {} }],
  create: never,
  config: z.strictObject({
    url: secretText(),
    frozen: z.enum(['refuse', 'finish']).default('refuse'),
    gzip: z.boolean().default(true),
    timeout: duration().default(1000),
    label: z
      .string()
      .superRefine((text, issues) => issues.addIssue(`"${text}" is no label`))
      .optional(),
  }),
};
const sink: SinkDefinition = {
  kind: 'sink',
  apiVersion: 1,
  type: 'lines',
  doc: '',
  eventSchema: 'any',
  repeats: () => ({ effect: 'replace' }),
  create: never,
  config: z.strictObject({}),
};

const state: StateStoreDefinition = {
  kind: 'state',
  apiVersion: 1,
  type: 'file',
  doc: '',
  create: never,
  config: z.strictObject({ directory: z.string().default('.sluice') }),
};

function load(text: string, environment: Record<string, string> = {}, files: Record<string, string> = {}) {
  const all: Record<string, string> = { '/pipelines/p.yaml': text, '/pipelines/m.yaml': '', ...files };
  const readFile = (path: string) => all[path] ?? expect.fail(`no file ${path}`);
  const redactor = new SecretRedactor();
  const loaded = loadPipelineFile(readDocument('/pipelines/p.yaml', readFile), {
    environment,
    sources: createRegistry([source]),
    sinks: createRegistry([sink]),
    stateStores: createRegistry([state]),
    schedulers: createRegistry([]),
    mappingLanguage: { load: () => ({ problems: [], mapper: { streams: [], events: [], hash: 'h' } }) },
    readFile,
    redactor,
  });
  return { ...loaded, redactor };
}

function file(options: string, rest = ''): string {
  return `sluice: 1\npipeline: p\nsource:\n  use: records\n  with: ${options}\nsink: { use: lines }\nmapping: m.yaml\n${rest}`;
}

function optionsOf(pipeline: PipelineConfig | undefined): { readonly url: Secret; readonly gzip: boolean } {
  return z.object({ url: z.instanceof(Secret), gzip: z.boolean() }).parse(pipeline?.source.config);
}

function codes({ problems }: LoadedPipelineFile): readonly string[] {
  return problems.map((problem) => `${problem.code} ${problem.line}:${problem.column}`);
}

describe('a pipeline file', () => {
  it('imports no other source than its own, although its mapping is for several', async () => {
    const imported: string[] = [];
    const refer = (kind: 'source' | 'sink' | 'state', type: string, definition: object) => ({
      kind,
      type,
      load: async () => {
        imported.push(type);
        return { definition };
      },
    });
    const loader = new AdapterLoader(
      [],
      [
        refer('source', 'records', source),
        refer('source', 'others', { ...source, type: 'others' }),
        refer('sink', 'lines', sink),
        refer('state', 'file', state),
      ],
    );
    const mapper = { streams: [], events: [], hash: 'h' };
    const loaded = await loader.check(['/pipelines'], (registries) =>
      loadPipelineFile(
        readDocument('/pipelines/p.yaml', () => file('{ url: "${URL}" }')),
        {
          ...registries,
          environment: { URL: 'postgres://h/d' },
          mappingLanguage: {
            load: (_, { sourceType, streamsOf }) => {
              const streams = sourceType === undefined ? ['records', 'others'].map(streamsOf) : [];
              return streams.length === 0 ? { problems: [], mapper } : { problems: [] };
            },
          },
          readFile: () => '',
          redactor: new SecretRedactor(),
        },
      ),
    );
    expect([loaded.problems, loaded.pipeline?.mapper]).to.deep.equal([[], mapper]);
    expect(imported.toSorted()).to.deep.equal(['file', 'lines', 'records']);
  });

  it('gets its defaults', () => {
    const { pipeline, problems } = load(file('{ url: "${URL}" }'), { URL: 'postgres://u:p4ssw0rd@h/d' });
    expect(problems).to.deep.equal([]);
    expect(pipeline).to.deep.include({
      name: 'p',
      settleMs: 1_800_000,
      revisitMs: 86_400_000,
      maxWindowMs: 31_536_000_000,
    });
    expect(pipeline?.schedule).to.deep.equal({ kind: 'cron', cron: '30 * * * *', timeZone: 'UTC' });
    expect(pipeline?.state.config).to.deep.equal({ directory: '.sluice' });
    expect(optionsOf(pipeline).url.reveal()).to.equal('postgres://u:p4ssw0rd@h/d');
  });

  it('reports every problem at once with its place, including those in the options of an adapter', () => {
    const loaded = load(file('{ url: "${URL}", gzp: true, frozen: maybe }', 'settel: 30m\nrevisit: 24\n'), {
      URL: 'x',
    });
    expect(codes(loaded)).to.deep.equal([
      'unknown-key 5:26',
      'invalid-option 5:45',
      'unknown-key 8:1',
      'invalid-option 9:10',
    ]);
    expect(loaded.problems[0]?.help).to.include('did you mean `gzip`?');
    expect(loaded.problems[2]?.help).to.include('did you mean `settle`?');
  });

  it('marks the name of a sink or of an entry that cannot be one', () => {
    const text = file('{ url: "${URL}" }').replace('sink: { use: lines }', 'sinks: { A: { use: lines } }');
    expect(codes(load(text, { URL: 'x' }))).to.deep.equal(['invalid-option 6:10']);
    expect(codes(load(file('{ url: "${URL}" }', 'foreach: { B: { a: 1 } }\n'), { URL: 'x' }))).to.deep.equal([
      'invalid-option 8:12',
    ]);
  });

  it('names a missing or empty variable, and how to set it', () => {
    const loaded = load(file('{ url: "${URL}" }'), { URL: '' });
    expect(codes(loaded)).to.deep.equal(['missing-variable 5:16']);
    expect(loaded.problems[0]?.message).to.include('URL is empty');
    expect(loaded.problems[0]?.help).to.include('--env-file');
  });

  it('marks the adapter that lacks a required option, with or without other options', () => {
    const [withOthers, without] = [load(file('{ gzip: true }')), load(file('\n'))];
    expect(codes(withOthers)).to.deep.equal(['missing-key 5:3']);
    expect(codes(without)).to.deep.equal(['missing-key 5:3']);
    const none = load('sluice: 1\npipeline: p\nsource: { use: records }\nsink: { use: lines }\nmapping: m.yaml\n');
    expect(codes(none)).to.deep.equal(['missing-key 3:1']);
    for (const { problems } of [withOthers, without, none]) {
      expect(problems[0]?.message).to.equal('missing option `source.with.url`');
    }
  });

  it('may name days in its schedule', () => {
    const loaded = load(file('{ url: "${U}" }', 'schedule: { cron: 0 9 * * MON-FRI, timeZone: Europe/Berlin }\n'), {
      U: 'u',
    });
    expect(loaded.pipeline?.schedule).to.deep.equal({
      kind: 'cron',
      cron: '0 9 * * MON-FRI',
      timeZone: 'Europe/Berlin',
    });
  });

  it('fills in variables, defaults, files and escapes as text that is never parsed as YAML', () => {
    const text = file('{ url: "${file:secrets/url}", gzip: "${GZIP:-false}" }', 'params: { a: "$${X}", b: "${B}" }\n');
    const { pipeline, problems } = load(text, { B: '{ c: 1 }' }, { '/pipelines/secrets/url': 'value\n' });
    expect(problems).to.deep.equal([]);
    expect(pipeline?.params).to.deep.equal({ a: '${X}', b: '{ c: 1 }' });
    const { url, gzip } = optionsOf(pipeline);
    expect([url.reveal(), gzip]).to.deep.equal(['value', false]);
  });

  it('reads a variable as a number where that is one of several alternatives', () => {
    const limits = 'delivery: { maxEvents: "${EVENTS}", maxEventsPerSecond: "${RATE}" }\n';
    const withRate = (RATE: string) => load(file('{ url: "${URL}" }', limits), { URL: 'u', EVENTS: '10', RATE });
    expect(withRate('2.5').pipeline?.delivery).to.include({ maxEvents: 10, maxEventsPerSecond: 2.5 });
    expect(withRate('unlimited').pipeline?.delivery)
      .to.include({ maxEvents: 10 })
      .and.not.have.key('maxEventsPerSecond');
    expect(codes(withRate('fast'))).to.deep.equal(['invalid-option 8:57']);
  });

  it('never prints the value of a variable or of a secret', () => {
    const loaded = load(file('{ url: hunter2hunter2, label: "${LABEL}" }'), { LABEL: 'topsecret' });
    expect(codes(loaded)).to.deep.equal(['secret-in-clear 5:16', 'invalid-option 5:39']);
    const text = renderProblems(loaded.problems, {
      redactor: loaded.redactor,
      readFile: () => file('{ url: hunter2hunter2, label: "${LABEL}" }'),
    });
    expect(`${text}${JSON.stringify(loaded.problems)}`).to.not.match(/hunter2|topsecret/u);
  });

  it('never prints a secret that is not a text', () => {
    for (const written of ['20260131417', '0x1f2e3d4c5b', '[20260131417]', '{ a: [20260131417] }']) {
      const text = file(`{ url: ${written} }`);
      const loaded = load(text);
      expect(codes(loaded)).to.deep.equal(['invalid-option 5:16']);
      const { redactor, problems } = loaded;
      expect(renderProblems(problems, { redactor, readFile: () => text })).to.include('must be a text');
      expect(renderProblems(problems, { redactor, readFile: () => text })).to.not.match(/20260131417|1f2e3d4c5b/u);
    }
  });

  it('refuses duplicate keys, tags, and aliases that multiply or contain themselves', () => {
    expect(codes(load('sluice: 1\nsluice: 1\n'))).to.deep.equal(['yaml-duplicate-key 2:1']);
    expect(codes(load(file('{ url: !vault x }')))).to.deep.equal(['yaml-tag 5:16']);
    const levels = Array.from({ length: 9 }, (_, i) => `  a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join('\n');
    expect(codes(load(file('{ url: "${U}" }', `params:\n  a0: &a0 [1]\n${levels}\n`), { U: 'u' })).join()).to.include(
      'file-too-large',
    );
    expect(codes(load(file('{ url: "${U}" }', 'params: &p { a: *p }\n'), { U: 'u' }))).to.deep.equal([
      'yaml-alias 8:17',
    ]);
  });

  it('reads a date without a zone as UTC and refuses a time without one', () => {
    expect(load(file('{ url: "${U}" }', 'start: 2026-03-01\n'), { U: 'u' }).pipeline?.start).to.deep.equal({
      kind: 'date',
      text: '2026-03-01',
      at: Date.UTC(2026, 2, 1),
    });
    for (const start of ['2026-03-01T10:00', '2026-02-30', 'yesterday']) {
      expect(codes(load(file('{ url: "${U}" }', `start: ${start}\n`), { U: 'u' }))).to.deep.equal([
        'invalid-option 8:8',
      ]);
    }
  });

  it('warns about a short settle, and loads', () => {
    const loaded = load(file('{ url: "${U}" }', 'settle: 0s\n'), { U: 'u' });
    expect(codes(loaded)).to.deep.equal(['short-settle 8:9']);
    expect(loaded.pipeline?.settleMs).to.equal(0);
  });
});
