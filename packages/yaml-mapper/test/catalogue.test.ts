import { expect } from 'chai';
import { catalogueMarkdown, describeMapping, type Catalogue, type CatalogueField } from '@sluice/yaml-mapper';
import { aContext, aMapping } from './load-text.js';

function describeText(text: string): Catalogue {
  const readFile = (path: string): string => {
    if (path !== '/m/main.yaml') throw new Error('no such file');
    return text;
  };
  const { catalogue, problems } = describeMapping('/m/main.yaml', aContext({ readFile }));
  if (catalogue === undefined) throw new Error(JSON.stringify(problems, undefined, 1));
  return catalogue;
}

function field(line: string, params = ''): CatalogueField {
  const found = describeText(aMapping(line, params)).events[0]?.fields.find(({ name }) => name === 'x');
  if (found === undefined) throw new Error(`no x in ${line}`);
  return found;
}

const EXPRESSIONS: readonly (readonly [line: string, expression: string])[] = [
  ['x: name', 'name'],
  ['x: "public ? name : id"', 'public ? name : id'],
  ['x: >-\n  concat(name,\n    id)', 'concat(name, id)'],
  ['x: { const: text }', "'text'"],
  ['x: { const: [a, b] }', '["a","b"]'],
  ['x: 5', '5'],
  ['x: { value: name, when: public }', 'name when public'],
  ['x: { value: name, enum: { a: 1 }, else: 2 }', 'name in { a: 1, else: 2 }'],
  ["x: convert(latency, 'ms')", "convert(latency, 'ms')"],
  ["x: trace.metadata['a b'].c[0]", "trace.metadata['a b'].c[0]"],
];

describe('a value in the catalogue', () => {
  for (const [line, expression] of EXPRESSIONS) {
    it(`shows ${expression} for ${JSON.stringify(line)}`, () => {
      expect(field(line).expression).to.equal(expression);
    });
  }

  it('shows the template of a url', () => {
    const url = field('x: { url: "{base}/t/{id}" }', 'params: { base: { type: url } }\n');
    expect(url).to.include({ expression: '{base}/t/{id}', type: 'text', nullable: false });
    expect(url.example).to.equal('https://base.example.com/t/id');
  });

  it('has a type, a unit and whether it can be null or left out', () => {
    expect(field('x: latency')).to.include({ type: 'number', unit: 's', nullable: true, omitted: false });
    expect(field('x: { value: latency, omitNull: true }')).to.include({ nullable: true, omitted: true });
    expect(field('x: latency ?? 0')).to.include({ nullable: false });
    expect(field('x: { value: name, when: public }')).to.include({ type: 'text', nullable: true });
  });

  it('prefers its own documentation', () => {
    expect(field('x: { value: name, doc: My own words. }').meaning).to.equal('My own words.');
  });

  it('lists the fields that it is computed from, and the personal data that it exports', () => {
    const { fields, personal } = field(
      "x: trace.user_id == null ? 'nobody' : trace.metadata.a".replaceAll(/^x: (.*)$/gu, 'x: "$1"'),
    );
    expect(fields).to.have.members(['trace.user_id', 'trace.metadata.a']);
    expect(personal).to.deep.equal(['trace.metadata.a']);
  });

  it('has an example from the tests of the mapping, or a generated one', () => {
    const tests = 'tests:\n  - { name: a, given: { name: from the tests } }\n';
    const tested = describeText(aMapping('x: name') + tests).events[0]?.fields.find(({ name }) => name === 'x');
    expect(tested?.example).to.equal('from the tests');
    expect(field('x: name').example).to.equal('name');
  });
});

describe('the Markdown page of a catalogue', () => {
  it('does not promise replacement for a sink that keeps every event', () => {
    const text = aMapping('')
      .replace('sink: posthog', 'sink: jsonl')
      .replace(/^identity:.*\n/mu, '');
    expect(catalogueMarkdown(describeText(text))).to.contain('`jsonl` keeps every event;');
  });

  it('names the records of an event, and keeps each value on one row whatever it contains', () => {
    const mapping = aMapping('x: { const: "a | b\\nc `d`", doc: "One | two." }')
      .replace('from: trace', "from: trace\n    doc: Mine.\n    when: name != 'a'\n    each: tags")
      .replace(', id)', ", concat(id, '-', item))")
      .replace('accepts: [timestamp]', 'accepts: [timestamp, tags]');
    const page = catalogueMarkdown(describeText(mapping));
    expect(page).to.contain("Mine. One event for every item of `tags` in every `trace` record where `name != 'a'`.");
    const rows = page.split('\n').filter((line) => line.startsWith('| `x`'));
    expect(rows).to.have.lengthOf(1);
    expect(rows[0]).to.contain(String.raw`One \| two.`);
    expect(page).to.contain('Accepted although they can change: `timestamp`, `tags`. tested');
  });
});
