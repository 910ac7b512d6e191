import { mkdtempSync, readFileSync, rmSync, writeFileSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIG_CODES, UNITS, type ProblemCode } from '@sluice/core/config';
import { STANDARD_FIELDS, type EventSchema } from '@sluice/core/sink';
import {
  EVENT_KEYS,
  FRAGMENT_KEYS,
  FUNCTIONS,
  MAPPING_KEYS,
  markdownTable,
  PARAM_KEYS,
  PROBLEM_CODES,
  signatureOf,
  SINK_BLOCK_KEYS,
  VALUE_KEY_DOCS,
} from '@sluice/yaml-mapper';
import { blocksOf } from './blocks.js';
import { ROOT, sluice } from './sluice-command.js';
import { expectWrittenPart } from './written-page.js';

const PAGE = 'docs/mapping.md';

describe('docs/mapping.md', function () {
  this.timeout(60_000);

  it('documents every key', () => {
    const tables = Object.entries({
      'Of a mapping': MAPPING_KEYS,
      'Of an event': { ...EVENT_KEYS, ...FRAGMENT_KEYS },
      'Under a sink in `sinks`, besides fields': SINK_BLOCK_KEYS,
      'Of a value that is written as a map': VALUE_KEY_DOCS,
      'Of a parameter': PARAM_KEYS,
    }).map(
      ([title, keys]) =>
        `${title}:\n\n${markdownTable([['key', 'meaning'], ...Object.entries(keys).map(([key, doc]) => [`\`${key}\``, doc])])}`,
    );
    expectWrittenPart(PAGE, 'keys', tables.join('\n'));
  });

  it('documents every standard field', () => {
    const rows = Object.entries<EventSchema['fields'][string]>(STANDARD_FIELDS).map(([name, field]) => [
      `\`${name}\``,
      field.kind === 'map' ? 'names and values' : `${field.type}${field.required ? ', required' : ''}`,
      field.doc,
    ]);
    expectWrittenPart(PAGE, 'standard fields', markdownTable([['field', 'type', 'meaning'], ...rows]));
  });

  it('documents every unit', () => {
    const rows = Object.entries(UNITS).map(([unit, { dimension, doc }]) => [`\`${unit}\``, dimension, doc]);
    expectWrittenPart(PAGE, 'units', markdownTable([['unit', 'measures', 'meaning'], ...rows]));
  });

  it('documents every function with an example', () => {
    const rows = [...FUNCTIONS.values()].map((definition) => {
      const [call, result] = definition.example;
      return [`\`${signatureOf(definition)}\``, definition.doc, `\`${call}\` is \`${JSON.stringify(result)}\``];
    });
    expectWrittenPart(PAGE, 'functions', markdownTable([['function', 'meaning', 'example'], ...rows]));
  });

  it('documents every problem code', () => {
    const codes = Object.entries<ProblemCode>({ ...CONFIG_CODES, ...PROBLEM_CODES }).toSorted(([a], [b]) =>
      a.localeCompare(b),
    );
    const rows = codes.map(([code, { severity, title, fix }]) => [`\`${code}\``, severity, title, fix]);
    expectWrittenPart(PAGE, 'codes', markdownTable([['code', 'severity', 'meaning', 'what to do'], ...rows]));
  });

  it('shows the output of `sluice diff` for the mapping of the tutorial', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-tutorial-'));
    try {
      cpSync(join(ROOT, 'configs'), join(directory, 'configs'), { recursive: true });
      const team = blocksOf(PAGE, 'yaml')[1]?.text ?? '';
      writeFileSync(join(directory, 'configs/mappings/team.yaml'), team);
      const args = ['diff', 'configs/mappings/langfuse-posthog.yaml', 'configs/mappings/team.yaml'];
      const { stdout } = sluice(args, { cwd: directory });
      expectWrittenPart(PAGE, 'diff of the tutorial', `\`\`\`text\n${stdout}\`\`\``);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('keeps the mapping of the tutorial within twelve lines', () => {
    const lines = readFileSync(join(ROOT, PAGE), 'utf8')
      .match(/```yaml\n[^`]*rename: model call[^`]*```/u)?.[0]
      .split('\n');
    if ((lines?.length ?? 99) - 2 > 12) throw new Error(`${lines?.length} lines`);
  });
});
