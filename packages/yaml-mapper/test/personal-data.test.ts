import { expect } from 'chai';
import { aMapping, loadFiles } from './load-text.js';

/** The value of a property, and whether it exports personal data. */
const VALUES: readonly (readonly [value: string, leaves: boolean])[] = [
  ['user_id', true],
  ['user_id ?? id', true],
  ['upper(user_id)', true],
  ['length(user_id)', true],
  ['sha256(user_id)', true],
  ["uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', user_id)", true],
  ['"[user_id]"', true],
  ['"public ? user_id : id"', true],
  ['metadata.team', true],
  ['{ url: "/{user_id}" }', true],
  ['{ value: user_id, when: public }', true],
  ['{ value: name, enum: { a: b }, else: user_id }', true],
  ['pseudonym(user_id, salt)', false],
  ['user_id == null', false],
  ["contains(user_id, '@')", false],
  ['"!(user_id == null)"', false],
  ['"user_id == null ? 1 : 2"', false],
  ['{ value: name, when: user_id != null }', false],
  ['{ value: user_id, enum: { a: b } }', false],
  ['event.uuid', false],
];

describe('personal data', () => {
  for (const [value, leaves] of VALUES) {
    it(`is ${leaves ? 'exported' : 'not exported'} by ${value}`, () => {
      const text = aMapping(`x: ${value}\ny: pseudonym(name, salt)`, 'params: { salt: { type: secret } }\n');
      const { problems } = loadFiles({ 'main.yaml': text });
      // The mapping has the user id in clear as well.
      const codes = problems.map(({ code }) => code).filter((code) => code !== 'pseudonym-leaks');
      expect(codes).to.deep.equal(leaves ? ['personal-data'] : []);
    });
  }

  it('is found behind another value of the event, and reported where the field is read', () => {
    const text = aMapping('x: event.session_id').replace('    distinct_id', '    session_id: user_id\n    distinct_id');
    const { problems } = loadFiles({ 'main.yaml': text });
    expect(problems.map(({ code, line }) => `${code} ${line}`)).to.deep.equal(['personal-data 11']);
  });

  it('can be allowed for a field or a part of it', () => {
    const allowing = (paths: string): string =>
      aMapping('x: metadata.team.name\ny: user_id').replace('trace.metadata]', `trace.metadata, ${paths}]`);
    const codesOf = (paths: string): readonly string[] =>
      loadFiles({ 'main.yaml': allowing(paths) }).problems.map(({ code }) => code);
    expect(codesOf('metadata.team, user_id')).to.deep.equal([]);
    expect(codesOf('metadata, user_id')).to.deep.equal([]);
    expect(codesOf('metadata.team.name, user_id')).to.deep.equal([]);
    expect(codesOf('metadata.teams, user_id')).to.deep.equal(['unused-permission', 'personal-data']);
  });
});

describe('a pseudonym', () => {
  const withPseudonym = (lines: string, header = ''): ReturnType<typeof loadFiles>['problems'] =>
    loadFiles({
      'main.yaml': aMapping(
        `${lines}\ny: pseudonym(trace.user_id, salt)`,
        `params: { salt: { type: secret } }\n${header}`,
      ).replace('      u: trace.user_id\n', ''),
    }).problems.filter(({ code }) => !['unused-permission', 'personal-data'].includes(code));

  for (const value of [
    'x: trace.user_id',
    'x: user_id',
    "x: concat('u-', trace.user_id)",
    'x: { url: "/users/{trace.user_id}" }',
    "x: user_id ?? 'none'",
  ]) {
    it(`that leaves in clear is a warning with both places: ${value}`, () => {
      const [problem] = withPseudonym(value);
      expect(problem?.code).to.equal('pseudonym-leaks');
      expect(problem?.message).to.include('`properties.y`').and.to.include('`properties.x`');
    });
  }

  for (const value of ['x: name', 'x: user_id == null', 'x: sha256(user_id)']) {
    it(`that does not is none: ${value}`, () => {
      expect(withPseudonym(value).map(({ code }) => code)).to.deep.equal([]);
    });
  }

  it('leaks whether or not the source calls the value personal', () => {
    const codes = (lines: string): readonly string[] => withPseudonym(lines).map(({ code }) => code);
    expect(codes('x: pseudonym(session_id, salt)\nz: session_id')).to.deep.equal(['pseudonym-leaks']);
    expect(codes('x: sha256(session_id)\nz: session_id')).to.deep.equal([]);
  });

  it('is not what reads the uuid of the event', () => {
    const text = aMapping('x: item')
      .replace("', id)\n", "', concat(id, item))\n    each: list(trace.metadata.teams)\n")
      .replace('accepts: [timestamp', 'accepts: [timestamp, trace.metadata');
    expect(loadFiles({ 'main.yaml': text }).problems.map(({ code }) => code)).to.deep.equal([]);
  });

  it('makes what is forbidden an error, although it is allowed', () => {
    const forbid = (path: string): readonly string[] => {
      const text = aMapping('x: name').replace('allows: [', `forbids: [${path}], allows: [`);
      return loadFiles({ 'main.yaml': text }).problems.map(({ code }) => code);
    };
    expect(forbid('trace.user_id')).to.deep.equal(['personal-data-forbidden']);
    expect(forbid('user_id')).to.deep.equal(['personal-data-forbidden']);
    expect(forbid('trace.metadata')).to.deep.equal(['personal-data-forbidden']);
    expect(forbid('trace.metadata.b')).to.deep.equal([]);
  });

  for (const path of [
    'trace.metadata["e mail"]',
    "trace.metadata['it\\'s']",
    'trace.metadata.größe',
    'trace.metadata.a[0]',
    "trace['metadata'].a.b",
  ]) {
    const codesOf = (key: string, lines: string): readonly string[] => {
      const text = aMapping(lines).replace(
        'allows: [trace.user_id, trace.metadata]',
        `${key}: [${JSON.stringify(path)}]`,
      );
      return loadFiles({ 'main.yaml': text })
        .problems.filter(({ message }) => !message.includes('`properties.u`') && !message.includes('`properties.m`'))
        .map(({ code }) => code);
    };
    it(`is named in every spelling of an expression: ${path}`, () => {
      const line = `x: ${JSON.stringify(path)}`;
      expect(codesOf('forbids', line)).to.include('personal-data-forbidden');
      expect(codesOf('allows', line)).to.deep.equal([]);
      expect(codesOf('allows', 'x: trace.metadata.other')).to.deep.equal(['unused-permission', 'personal-data']);
    });
  }

  it('is named by a field, and by nothing that is computed', () => {
    const text = aMapping('x: name').replace('trace.metadata]', '"lower(trace.name)"]');
    expect(loadFiles({ 'main.yaml': text }).problems[0]).to.include({ code: 'unknown-field' });
  });

  it('that is forbidden is reported with all events that it leaves in, and with what can be done', () => {
    const text = aMapping('x: name', 'shared: { who: { properties: { v: trace.user_id } } }\n')
      .replace('allows: [trace.user_id, ', 'forbids: [trace.user_id], allows: [')
      .replace('      u: trace.user_id\n', '')
      .replace('distinct_id: event.uuid', "distinct_id: trace.user_id ?? 'none'\n    include: [who]");
    const event = /  - event: e\n[^]*?(?=vocabulary)/u.exec(text)?.[0] ?? '';
    const both = text.replace(event, event + event.replace('event: e', 'event: f').replace('0f6c91df', '0f6c91d0'));
    const problems = loadFiles({ 'main.yaml': both }).problems.filter(({ severity }) => severity === 'error');
    expect(problems.map(({ message, help }) => [message, help])).to.deep.equal([
      [
        '`trace.user_id` is forbidden and leaves in `properties.v` of `e`, `f`',
        'send pseudonym(…, salt) there, or write remove: [properties.v] in each event, or in the fragment that they include',
      ],
      ['`trace.user_id` is forbidden and leaves in `distinct_id` of `e`', 'send pseudonym(…, salt) there'],
      ['`trace.user_id` is forbidden and leaves in `distinct_id` of `f`', 'send pseudonym(…, salt) there'],
    ]);
  });

  it('that is forbidden under a misspelt name is told which name was meant', () => {
    const text = aMapping('x: name').replace('allows: [', 'forbids: [trace.userid], allows: [');
    const [problem] = loadFiles({ 'main.yaml': text }).problems;
    expect(problem).to.include({ code: 'unknown-field', help: 'did you mean `trace.user_id`?' });
  });

  it('is known to the mapper, for what dead letters keep', () => {
    const params = 'params: { salt: { type: secret } }\n';
    const hidden = (lines: string) => loadFiles({ 'main.yaml': aMapping(lines, params) }).mapper?.pseudonyms;
    expect(hidden('x: pseudonym(session_id, salt)')).to.deep.equal(
      new Map([['trace', new Set(['session_id', 'trace.session_id'])]]),
    );
    expect(hidden('x: session_id')).to.equal(undefined);
  });
});
