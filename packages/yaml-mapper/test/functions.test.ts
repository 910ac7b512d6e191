import { expect } from 'chai';
import { FUNCTIONS, signatureOf } from '@sluice/yaml-mapper';
import { aMapping, loadFiles, mapRecord } from './load-text.js';

describe('the functions', () => {
  for (const definition of FUNCTIONS.values()) {
    const [call, result] = definition.example;
    it(`${signatureOf(definition)}: ${call}`, () => {
      const params = 'params: { salt: { type: text, default: a salt for the examples } }\n';
      const text = aMapping(`x: ${JSON.stringify(call)}\ny: salt`, params);
      const mapped = mapRecord(loadFiles({ 'main.yaml': text }), {
        id: 't',
        timestamp: 0,
        'metadata/teams': ['blue', 'red'],
      });
      expect(mapped.kind === 'events' && mapped.events[0]?.['properties']).to.deep.include({ x: result });
      expect(call).to.include(`${definition.name}(`);
      expect(definition.doc).to.match(/\.$/u);
    });
  }
});
