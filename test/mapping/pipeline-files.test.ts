import { createRegistry, loadPipelineFile } from '@sluice/core/config';
import { readDocument } from '@sluice/core/document';
import { SecretRedactor } from '@sluice/core/service';
import { fileStateStore } from '@sluice/file-state';
import { jsonlSink } from '@sluice/jsonl-sink';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { expect } from 'chai';

const HEAD = `sluice: 1
pipeline: p
source: { use: langfuse-postgres, with: { url: "\${DB}" } }
sink: { use: jsonl }
`;
const MAPPING = `sluice: 1
mapping: m
source: langfuse-postgres
sink: jsonl
params:
  team: { type: text }
  share: { type: number, default: 1 }
  salt: { type: secret }
events:
  - event: e
    from: trace
    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)
    team: team
    share: share
    who: pseudonym(name, salt)
`;

const reads: string[] = [];

function load(rest: string, environment: Readonly<Record<string, string>> = {}) {
  reads.length = 0;
  const files = new Map([
    ['/p/p.yaml', HEAD + rest],
    ['/p/m.yaml', MAPPING],
  ]);
  const readFile = (path: string): string => {
    reads.push(path);
    const text = files.get(path);
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  };
  const redactor = new SecretRedactor();
  const loaded = loadPipelineFile(readDocument('/p/p.yaml', readFile), {
    redactor,
    environment: { DB: 'postgres://u:p@h/d', ...environment },
    sources: createRegistry([langfusePostgresSource]),
    sinks: createRegistry([{ ...jsonlSink, repeats: () => ({ effect: 'replace' as const }) }]),
    stateStores: createRegistry([fileStateStore]),
    schedulers: createRegistry([]),
    mappingLanguage: createYamlMappingLanguage(),
    readFile,
  });
  return { ...loaded, redactor };
}

function placesOf(...given: Parameters<typeof load>): readonly string[] {
  return load(...given).problems.map(({ code, file, line, column }) => `${code} ${file}:${line}:${column}`);
}

const whole = 'mapping: m.yaml\nparams: { team: blue, salt: "${SALT}" }\n';

describe('the parameters of a mapping', () => {
  it('come from the pipeline file and from the environment', () => {
    const { pipeline, problems } = load(whole.replace('blue', '"${TEAM:-red}", share: "${SHARE}"'), {
      SALT: 'a salt for the tests',
      SHARE: '0.5',
    });
    expect(problems).to.deep.equal([]);
    const [mapper] = pipeline?.mapper.streams ?? [];
    const result = mapper?.map(mapper.fields.map(() => 't'));
    expect(result?.kind === 'events' && result.events[0]).to.include({ team: 'red', share: 0.5 });
  });

  it('are reported in the pipeline file', () => {
    const salt = { SALT: 'a salt for the tests' };
    expect(placesOf('mapping: m.yaml\n', salt)).to.deep.equal([
      'param-missing /p/p.yaml:5:1',
      'param-missing /p/p.yaml:5:1',
    ]);
    expect(placesOf('mapping: m.yaml\nparams: { salt: "${SALT}" }\n', salt)).to.deep.equal([
      'param-missing /p/p.yaml:6:1',
    ]);
    expect(placesOf(whole.replace('blue', '5'), salt)).to.deep.equal(['param-type /p/p.yaml:6:17']);
    expect(placesOf(whole.replace('team', 'teem'), salt)).to.deep.equal([
      'param-missing /p/p.yaml:6:1',
      'unknown-param /p/p.yaml:6:17',
    ]);
  });

  it('must not be written in clear if they are secret, and no message shows them', () => {
    const loaded = load(whole.replace('"${SALT}"', 'pepper-pepper'));
    expect(loaded.problems.map(({ code, line, column }) => `${code} ${line}:${column}`)).to.deep.equal([
      'secret-in-clear 6:29',
    ]);
    expect(loaded.pipeline).not.to.equal(undefined);
    expect(loaded.redactor.redact('a pepper-pepper b')).to.equal('a [redacted] b');
  });

  it('are not shown as they are written in the file, whatever their form', () => {
    for (const secret of ['20260131417123456789', '"pepper\\x2dpepper"', '|-\n    pepper-\n    pepper-2']) {
      const text = `mapping: m.yaml\nparams:\n  team: 5\n  salt: ${secret}\n`;
      const { redactor } = load(text);
      expect(redactor.mask(text), secret).to.not.match(/2026|pepper/u);
    }
  });
});

describe('a mapping inside a pipeline file', () => {
  const inPlace = (lines: string): string => `mapping:\n${lines.replaceAll(/^(?=.)/gmu, '  ')}`;
  const events = MAPPING.replace(/params:[^]*(?=events:)/u, '').replace(/ {4}team: [^]*/u, '');

  it('needs no header', () => {
    expect(placesOf(inPlace(events.replace(/^[^]*(?=events:)/u, '')))).to.deep.equal([]);
  });

  it('is read together with the pipeline file, once', () => {
    expect(load(inPlace(events)).pipeline?.mapper.streams).to.have.lengthOf(1);
    expect(reads).to.deep.equal(['/p/p.yaml']);
  });

  it('has its problems reported in the pipeline file, each once', () => {
    expect(placesOf(inPlace(`${events}    x: nmae\n`))).to.deep.equal(['unknown-field /p/p.yaml:14:10']);
    expect(placesOf(inPlace(`${events}    x: public ? 1 : 2\n`))).to.deep.equal(['yaml-syntax /p/p.yaml:14:21']);
    expect(placesOf(inPlace(`${events}    x: "\${NOT_A_VARIABLE}"\n`))).to.deep.equal([
      'expression-syntax /p/p.yaml:14:12',
    ]);
  });
});
