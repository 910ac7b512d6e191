import { expect } from 'chai';
import { ConfigError } from '#src/contracts/errors.js';
import { createRegistry } from '#src/registry/registry.js';
import { aSinkDefinition } from './a-sink-definition.js';

describe('a registry', () => {
  it('finds a definition by its type and lists the types in alphabetical order', () => {
    const [lines, columns] = [aSinkDefinition({ type: 'lines' }), aSinkDefinition({ type: 'columns' })];
    const registry = createRegistry([lines, columns]);
    expect(registry.find('columns')).to.equal(columns);
    expect(registry.find('Lines')).to.equal(undefined);
    expect(registry.types).to.deep.equal(['columns', 'lines']);
  });

  it('does not find names that every object has, such as constructor', () => {
    expect(createRegistry([]).find('constructor')).to.equal(undefined);
  });

  it('refuses two definitions of one type', () => {
    expect(() => createRegistry([aSinkDefinition(), aSinkDefinition()])).to.throw(
      ConfigError,
      'duplicate definition of the sink `lines`',
    );
  });

  it('refuses a definition for another version of the contracts', () => {
    const apiVersion: number = 2;
    const definition = Object.assign(aSinkDefinition(), { apiVersion });
    expect(() => createRegistry([definition])).to.throw(
      ConfigError,
      'the sink `lines` was written for version 2 of the contracts; this is version 1',
    );
  });
});
