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
      expect(problems.map(({ code }) => code)).to.deep.equal(leaves ? ['personal-data'] : []);
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
