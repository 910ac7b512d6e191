import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue } from '@sluice/yaml-mapper';
import { expect } from 'chai';
import { ROOT, sluice } from './sluice-command.js';
import { expectWritten } from './written-page.js';

const MAPPING = 'configs/mappings/langfuse-posthog.yaml';

describe('sluice docs', function () {
  this.timeout(120_000);

  it('writes docs/events.md from the shipped mapping', () => {
    const { status, stdout } = sluice(['docs', MAPPING]);
    expect(status).to.equal(0);
    expectWritten('docs/events.md', stdout);
  });

  it('prints the type, unit, nullability, meaning, origin and an example of every property as JSON', () => {
    const catalogue = JSON.parse(sluice(['docs', MAPPING, '--json']).stdout) as Catalogue;
    const generation = catalogue.events.find(({ event }) => event === 'langfuse generation');
    expect(generation?.fields.find(({ name }) => name === 'langfuse_cost_usd')).to.deep.equal({
      within: 'properties',
      name: 'langfuse_cost_usd',
      type: 'number',
      unit: 'usd',
      nullable: true,
      omitted: false,
      meaning: 'What the generation cost; null when unknown.',
      expression: 'total_cost',
      fields: ['total_cost'],
      personal: [],
      example: 0.0041,
    });
    for (const { event, fields } of catalogue.events) {
      for (const { name, meaning, example } of fields) {
        expect(meaning, `${event}: meaning of ${name}`).to.be.a('string');
        expect(example, `${event}: example of ${name}`).not.to.equal(undefined);
      }
    }
    expect(catalogue.identity.accepts.map(({ fields }) => fields)).to.deep.equal([
      ['trace.user_id', 'timestamp', 'start_time'],
    ]);
    expect(catalogue.personalData.allows[0]?.because).to.match(/^The events exist to connect/u);
  });

  it('gives the values of the event that the README shows', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const {
      event: name,
      properties,
      ...fields
    } = JSON.parse(/```json\n([^]+?)```/u.exec(readme)?.[1] ?? '{}') as {
      readonly event: string;
      readonly properties: object;
    };
    const catalogue = JSON.parse(sluice(['docs', MAPPING, '--json']).stdout) as Catalogue;
    const described = catalogue.events.find(({ event }) => event === name)?.fields ?? [];
    for (const [field, value] of Object.entries({ ...fields, ...properties })) {
      expect(described.find((each) => each.name === field && each.within !== 'set')?.example, field).to.deep.equal(
        value,
      );
    }
  });

  it('rejects a mapping with an error, and a file that is not a mapping', () => {
    expect(sluice(['docs', 'configs/langfuse-to-posthog.yaml'])).to.include({ status: 2, stdout: '' });
    expect(sluice(['docs', 'package.json']).status).to.equal(2);
  });
});
