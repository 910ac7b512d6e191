// Measures mapping alone, in nanoseconds per event: `npm run bench:mapping`. First, three ways to make the same event of
// 15 properties, alternating within one process. Then the shipped mapping, and the share of its costly functions.
// The ratios are valid on any machine; the nanoseconds only on an idle one.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { langfuseStreams } from '@sluice/langfuse-postgres-source';
import { posthogEventSchema } from '@sluice/posthog-sink';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';

const ROUNDS = Number(process.argv[2] ?? 15);
const EVENTS = 20_000;
const ROWS = 64;

const fields = ['id', 'project_id', 'name', 'model', 'level', 'version', 'trace.name', 'trace.session_id'];
fields.push(
  'trace.release',
  'latency',
  'time_to_first_token',
  'input_units',
  'output_units',
  'total_units',
  'total_cost',
);

function load(text, params = {}) {
  const { mapper, problems } = createYamlMappingLanguage().load(
    { file: '/bench.yaml', path: [] },
    {
      params,
      streamsOf: () => langfuseStreams,
      eventSchemaOf: (type) => (type === 'posthog' ? posthogEventSchema : 'any'),
      knownSources: [],
      knownSinks: [],
      redactor: { add: () => undefined },
      readFile: () => text,
    },
  );
  if (mapper === undefined) throw new Error(JSON.stringify(problems, null, 1));
  return mapper;
}

function valueOf(request, index) {
  const { type } = langfuseStreams.find((each) => each.fields[request.field]).fields[request.field];
  if (request.path) return null;
  if (type === 'number') return index * 1.5;
  if (type === 'boolean') return index % 2 === 0;
  if (type === 'timestamp') return 1_750_000_000_000 + index * 77_777;
  if (type === 'text[]') return ['a', 'b'];
  return request.field.endsWith('id') ? hash('md5', `${request.field} ${index}`, 'hex') : `${request.field} ${index}`;
}

const rowsFor = (requests) => Array.from({ length: ROWS }, (_, index) => requests.map((each) => valueOf(each, index)));

/** Best of the rounds. The contenders alternate, so that other load affects all of them equally. */
function measure(contenders) {
  const best = new Map(contenders.map(({ name }) => [name, Infinity]));
  let sink = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, rows, map } of contenders) {
      const begun = process.hrtime.bigint();
      for (let event = 0; event < EVENTS; event += 1) if (map(rows[event % ROWS]) !== null) sink += 1;
      best.set(name, Math.min(best.get(name), Number(process.hrtime.bigint() - begun) / EVENTS));
    }
  }
  if (sink !== ROUNDS * EVENTS * contenders.length) throw new Error('a contender made no event');
  return best;
}

function print(title, best, base) {
  console.log(`\n${title}`);
  for (const [name, ns] of best) {
    const ratio = base === undefined ? '' : `${(ns / best.get(base)).toFixed(2).padStart(8)} × ${base}`;
    console.log(`${name.padEnd(34)}${ns.toFixed(0).padStart(8)} ns${ratio}`);
  }
}

// 1. The same event, three ways.
const names = fields.map((field) => `p_${field.replace('.', '_')}`);
const plain = load(`sluice: 1
source: langfuse-postgres
sink: jsonl
events:
  - event: bench
    from: generation
    uuid: id
    properties:
${fields.map((field, index) => `      ${names[index]}: ${field}`).join('\n')}
`);
const [stream] = plain.streams;
const uuid = '0f6c91df-d035-4813-b838-9741ba38ef0b';
const rows = rowsFor(stream.fields).map((row) => row.with(0, uuid));
const records = rows.map((row) => {
  const record = { trace: {} };
  for (const [index, { field }] of stream.fields.entries()) {
    const [first, second] = field.split('.');
    if (second === undefined) record[first] = row[index];
    else record[first][second] = row[index];
  }
  return record;
});

function lookUp(record, path) {
  let at = record;
  for (const step of path.split('.')) at = at === null || at === undefined ? undefined : at[step];
  return at ?? null;
}
const byPath = (record) => {
  const properties = {};
  for (let index = 0; index < fields.length; index += 1) properties[names[index]] = lookUp(record, fields[index]);
  return { event: 'bench', uuid: lookUp(record, 'id'), properties };
};
const closures = fields.map((field) => {
  const position = stream.fields.findIndex((request) => request.field === field);
  const isNumber = langfuseStreams[1].fields[field].type === 'number';
  return isNumber
    ? (row) => (typeof row[position] === 'number' && Number.isFinite(row[position]) ? row[position] : null)
    : (row) => (typeof row[position] === 'string' ? row[position] : null);
});
const byClosures = (row) => {
  const properties = {};
  for (let index = 0; index < closures.length; index += 1) properties[names[index]] = closures[index](row);
  return { event: 'bench', uuid: row[0], properties };
};
const byMapper = (row) => {
  const result = stream.map(row);
  return result.kind === 'events' ? result.events[0] : null;
};
const expected = JSON.stringify(byMapper(rows[3]));
if (JSON.stringify(byClosures(rows[3])) !== expected || JSON.stringify(byPath(records[3])) !== expected)
  throw new Error('the contenders do not make the same event');

print(
  `an event of ${fields.length} properties`,
  measure([
    { name: 'path lookups', rows: records, map: byPath },
    { name: 'closures', rows, map: byClosures },
    { name: 'the mapper', rows, map: byMapper },
    { name: 'the mapper and JSON.stringify', rows, map: (row) => JSON.stringify(byMapper(row)) },
  ]),
  'closures',
);

// 2. The shipped mapping, unchanged and with its costly functions replaced.
const path = fileURLToPath(new URL('../configs/mappings/langfuse-posthog.yaml', import.meta.url));
const text = readFileSync(path, 'utf8');
const replaced = (written, pattern, by) => {
  if (!pattern.test(written)) throw new Error(`the shipped mapping has no ${pattern} any more`);
  return written.replaceAll(pattern, by);
};
const withoutUuid = replaced(text, /uuid: uuid5\(.*/gu, 'uuid: id');
const variants = {
  'as shipped': text,
  'without uuid5': withoutUuid,
  'without uuid5 and urls': replaced(withoutUuid, /\burl: '[^']*'/gu, 'value: id'),
};
for (const index of [0, 1, 2]) {
  const contenders = Object.entries(variants).map(([name, variant]) => {
    const mapper = load(variant, { langfuseUrl: 'https://langfuse.example' }).streams[index];
    const given = rowsFor(mapper.fields).map((row) =>
      name === 'as shipped'
        ? row
        : row.with(
            mapper.fields.findIndex(({ field }) => field === 'id'),
            uuid,
          ),
    );
    const map = (row) => {
      const result = mapper.map(row);
      return result.kind === 'events' ? result.events[0] : null;
    };
    return { name, rows: given, map };
  });
  print(`langfuse ${langfuseStreams[index].name}`, measure(contenders));
}
