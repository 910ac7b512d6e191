import { lintMapping } from '@sluice/yaml-mapper';
import type { StreamSchema } from '@sluice/core/source';
import { expect } from 'chai';
import { langfuseStreams } from './langfuse-streams.js';
import { aContext, aMapping, loadFiles } from './load-text.js';

const BOTH = 'source: [langfuse-postgres, another]';

/** The same streams, of which the traces have another key and environments, but no names. */
const another: readonly StreamSchema[] = langfuseStreams.map((stream) => {
  const { environment, name, ...fields } = stream.fields;
  if (environment === undefined || name === undefined) return stream;
  const { absent: _, ...present } = environment;
  return {
    ...stream,
    key: ['project_id', 'id'],
    fields: { ...fields, name: { ...name, absent: 'nothing has a name' }, environment: present },
  };
});

const streamsOf = (type: string) =>
  type === 'another' ? another : type === 'langfuse-postgres' ? langfuseStreams : undefined;

function mapping(lines: string, source = BOTH): string {
  return aMapping(lines)
    .replace('source: langfuse-postgres', source)
    .replace("0b', id)", "0b', concat(project_id, id))");
}

function problemsOf(text: string, sourceType?: string): readonly string[] {
  const { problems } = loadFiles({ 'main.yaml': text }, { streamsOf, ...(sourceType && { sourceType }) });
  return problems.map(({ code, message }) => `${code}: ${message}`);
}

describe('a mapping for several sources', () => {
  const WITHOUT = 'absent-field: `environment` is always null: there are none';

  it('is checked against the fields of the pipeline’s source', () => {
    const text = mapping('x: environment\ny: name\n');
    expect(problemsOf(text, 'langfuse-postgres')).to.deep.equal([WITHOUT]);
    expect(problemsOf(text, 'another')).to.deep.equal(['absent-field: `name` is always null: nothing has a name']);
    expect(problemsOf(text)).to.deep.equal([WITHOUT]);
  });

  it('may read a field that the source does not have, if the event compares it with null', () => {
    const x = 'x: { value: environment, when: environment != null }\n';
    expect(problemsOf(mapping(x), 'langfuse-postgres')).to.deep.equal([]);
    expect(problemsOf(mapping("x: environment\ny: environment == 'dev'\n"), 'langfuse-postgres')).to.deep.equal([
      WITHOUT,
      WITHOUT,
    ]);
  });

  it('has the same events for each, as long as their fields are the same', () => {
    const files = { 'main.yaml': mapping('x: name\n') };
    const hashes = ['langfuse-postgres', 'another'].map(
      (sourceType) => loadFiles(files, { streamsOf, sourceType }).mapper?.hash,
    );
    expect(hashes[0]).to.be.a('string');
    expect(hashes[1]).to.equal(hashes[0]);
  });

  it('is refused by a pipeline with yet another source', () => {
    expect(problemsOf(mapping('x: name\n'), 'third')).to.deep.equal([
      'other-source: the mapping is for the sources `langfuse-postgres`, `another`, but the pipeline uses `third`',
    ]);
  });

  it('needs only one of them to be installed', () => {
    expect(problemsOf(mapping('x: name\n', 'source: [missing, another]'))).to.deep.equal([
      'absent-field: `name` is always null: nothing has a name',
    ]);
    expect(problemsOf(mapping('x: name\n', 'source: [missing, missing-too]'))).to.deep.equal([
      'unknown-source: unknown source `missing`',
    ]);
    expect(problemsOf(mapping('x: name\n', 'source: [1]'))).to.deep.equal([
      'missing-key: the mapping does not name its source',
      'wrong-shape: an item of `source` must be a text',
    ]);
  });

  it('loads only that of the pipeline', () => {
    const asked = new Set<string>();
    const counted = (type: string) => {
      asked.add(type);
      return streamsOf(type);
    };
    const text = mapping('x: id\n', 'source: [missing, langfuse-postgres, another]');
    loadFiles({ 'main.yaml': text }, { streamsOf: counted, sourceType: 'another' });
    expect([...asked]).to.deep.equal(['another']);
  });

  it('is linted with all of them: a field that one of them has is no problem', () => {
    const text = mapping('x: environment\ny: name\nz: nowhere\n').replace('concat(project_id, id)', 'id');
    const readFile = (path: string): string => {
      if (path === '/m/main.yaml') return text;
      throw new Error('no such file');
    };
    const context = aContext({ streamsOf, readFile });
    expect(lintMapping('/m/main.yaml', context).map(({ code, message }) => `${code}: ${message}`)).to.deep.equal([
      'absent-field: `nowhere` is always null: nobody has it',
      'uuid-without-key: with the source `another`, the uuid does not depend on `project_id`, so different records get the same uuid',
    ]);
  });
});
