import { expect } from 'chai';
import { compareMappingFiles } from '@sluice/yaml-mapper';
import { catalogueOf } from '#src/catalogue/describe-mapping.js';
import { catalogueMarkdown } from '#src/catalogue/catalogue-markdown.js';
import { checkMapping } from '#src/check/check-mapping.js';
import { aContext, aMapping, loadFiles, mapRecord } from './load-text.js';

const HOUR_MS = 3_600_000;
const RECORD = { id: 't', timestamp: 0 };

function withFinal(final: string): string {
  return aMapping('').replace('    from: trace', `    from: trace\n    final: ${final}`);
}

function codesOf(final: string): readonly string[] {
  return loadFiles({ 'main.yaml': withFinal(final) }).problems.map(({ code, line }) => `${code} ${line}`);
}

describe('`final` of an event', () => {
  const loaded = loadFiles({ 'main.yaml': withFinal('{ when: name != null, within: 24h }') });

  it('holds a record for which its condition is false or null', () => {
    expect(loaded.problems).to.deep.equal([]);
    expect(mapRecord(loaded, RECORD)).to.include({ kind: 'events', heldForMs: 24 * HOUR_MS });
    const open = loadFiles({ 'main.yaml': withFinal("{ when: name == 'done', within: 1h }") });
    expect(mapRecord(open, RECORD)).to.include({ heldForMs: HOUR_MS });
    expect(mapRecord(open, { ...RECORD, name: 'done' })).not.to.have.property('heldForMs');
  });

  it('lets a final record pass', () => {
    const result = mapRecord(loaded, { ...RECORD, name: 'n' });
    expect(result.kind).to.equal('events');
    expect(result).not.to.have.property('heldForMs');
  });

  it('reads its fields, and keeps the stream from text', () => {
    const [stream] = loaded.mapper?.streams ?? [];
    expect(stream?.holds).to.equal(true);
    expect(stream?.eventText).to.equal(undefined);
    expect(stream?.fields.map(({ field }) => field)).to.include('name');
    const [plain] = loadFiles({ 'main.yaml': aMapping('') }).mapper?.streams ?? [];
    expect(plain).not.to.have.property('holds');
  });

  it('does not hold what is filtered or fails', () => {
    const text = withFinal('{ when: name != null, within: 24h }').replace(
      '    uuid',
      "    when: name != 'no'\n    uuid",
    );
    const filtering = loadFiles({ 'main.yaml': text });
    expect(mapRecord(filtering, { ...RECORD, name: 'no' }).kind).to.equal('filtered');
    expect(mapRecord(loaded, { id: 't', timestamp: 1e300 }).kind).to.equal('failed');
  });

  it('is a part of the hash', () => {
    const hashOf = (final: string) => loadFiles({ 'main.yaml': withFinal(final) }).mapper?.hash;
    const hashes = ['{ when: name != null, within: 24h }', '{ when: name != null, within: 1h }'].map(hashOf);
    expect(new Set([...hashes, loadFiles({ 'main.yaml': aMapping('') }).mapper?.hash]).size).to.equal(3);
  });

  it('holds a record of several events until all are final, by the longest wait', () => {
    const text = withFinal('{ when: name != null, within: 1h }').replace(
      'vocabulary',
      "  - event: f\n    from: trace\n    uuid: uuid5('1f6c91df-d035-4813-b838-9741ba38ef0b', id)\n    distinct_id: event.uuid\n" +
        '    timestamp: timestamp\n    final: { when: public == true, within: 2h }\nvocabulary',
    );
    const two = loadFiles({ 'main.yaml': text });
    expect(two.problems).to.deep.equal([]);
    expect(mapRecord(two, RECORD)).to.include({ heldForMs: 2 * HOUR_MS });
    expect(mapRecord(two, { ...RECORD, public: true })).to.include({ heldForMs: HOUR_MS });
    expect(mapRecord(two, { ...RECORD, public: true, name: 'n' })).not.to.have.property('heldForMs');
  });

  it('comes from a fragment, and an overlay changes or removes it', () => {
    const base = withFinal('{ when: name != null, within: 24h }');
    const overlay = (lines: string) =>
      loadFiles({
        'base.yaml': base,
        'main.yaml': `sluice: 1\nextends: base.yaml\nevents:\n  - event: e\n    ${lines}\n`,
      });
    expect(mapRecord(overlay('final: { when: name != null, within: 2h }'), RECORD)).to.include({
      heldForMs: 2 * HOUR_MS,
    });
    expect(mapRecord(overlay('remove: [final]'), RECORD)).not.to.have.property('heldForMs');
    const shared = aMapping('')
      .replace('events:', 'shared:\n  waiting: { final: { when: name != null, within: 3h } }\nevents:')
      .replace('    from: trace', '    include: [waiting]\n    from: trace');
    expect(mapRecord(loadFiles({ 'main.yaml': shared }), RECORD)).to.include({ heldForMs: 3 * HOUR_MS });
  });

  it('has both keys, a boolean condition and a duration', () => {
    const line = Number(codesOf('{ when: name, within: 24h }')[0]?.split(' ')[1]);
    expect(codesOf('{ when: name, within: 24h }')).to.deep.equal([`type-mismatch ${line}`]);
    expect(codesOf('{ when: 1 == 1, within: 24h }')).to.deep.equal([`constant-condition ${line}`]);
    expect(codesOf('{ when: nmae != null, within: 24h }')).to.deep.equal([`unknown-field ${line}`]);
    expect(codesOf('{ when: name != null }')).to.deep.equal([`missing-key ${line}`]);
    expect(codesOf('{ within: 24h }')).to.deep.equal([`missing-key ${line}`]);
    for (const within of ['24', '0s', '[1h]', 'soon']) {
      expect(codesOf(`{ when: name != null, within: ${within} }`), within).to.deep.equal([`wrong-shape ${line}`]);
    }
    expect(codesOf('{ when: name != null, within: 1h, until: 2h }')).to.deep.equal([`unknown-key ${line}`]);
    expect(codesOf('name != null')).to.deep.equal([`wrong-shape ${line}`]);
  });

  it('is told by the catalogue and by a comparison, which does not call a change of it breaking', () => {
    const files = new Map([
      ['/m/old.yaml', aMapping('')],
      ['/m/new.yaml', withFinal('{ when: name != null, within: 36h }')],
    ]);
    const context = aContext({ readFile: (path) => files.get(path) ?? '' });
    const { compared } = compareMappingFiles('/m/old.yaml', '/m/new.yaml', context);
    expect(compared?.difference.events).to.have.length(1);
    expect(compared?.difference.events[0]).to.include({ breaking: false });
    expect(compared?.difference.events[0]?.conditions).to.deep.equal([
      { kind: 'added', what: 'final', text: 'name != null, within 36h', breaking: false },
    ]);
    const { mapping } = checkMapping({ file: '/m/new.yaml' }, context);
    const markdown = mapping && catalogueMarkdown(catalogueOf(mapping, []));
    expect(markdown).to.contain('A record is held until `name != null`, for 36h at most.');
  });
});
