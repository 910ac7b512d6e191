import { expect } from 'chai';
import fc from 'fast-check';
import { quoteCode } from '#src/compile/quote-code.js';
import { aMapping, evaluate, loadFiles, mapRecord } from './load-text.js';

/** Attempts to escape from an expression. */
const WAYS_OUT = [
  'constructor',
  '__proto__',
  'prototype',
  'globalThis',
  'globalThis.process',
  'process.env',
  'process.exit()',
  'require("fs")',
  'import("node:fs")',
  'import.meta',
  'this',
  'this.constructor',
  'new.target',
  'arguments',
  'row',
  'row[0]',
  'item',
  'o0',
  'v1',
  'name.constructor',
  'name.constructor("return process")()',
  "name['constructor']",
  'name.__proto__',
  "tags['length']",
  'tags.constructor',
  'tags[name]',
  'lower.constructor',
  'lower.call(name)',
  "constructor.constructor('return 1')()",
  'toString()',
  'hasOwnProperty(name)',
  'valueOf',
  'Function("return 1")()',
  'eval("1")',
  '(() => name)()',
  '(function () { return this })()',
  'new Date()',
  'class {}',
  'name = 1',
  'name += 1',
  'delete name',
  'name++',
  'typeof process',
  'void 0',
  '(name, process)',
  '...tags',
  'lower(...tags)',
  '`${process.env}`',
  'lower`x`',
  '[...tags]',
  '({}).constructor',
  '({ a: 1 })',
  '/(a+)+$/',
  '1n',
  'name in tags',
  'name instanceof Object',
  'await name',
  'yield name',
  'async () => 1',
  'name?.constructor',
  '#name in name',
  'super.x',
  'name; process',
  'name\n}; process.exit(); {',
  'name // }; process',
  'name /* } */',
  '<!-- name',
  'event.constructor',
  'event.__proto__',
  'event.event',
  'langfuseUrl.constructor',
];

/** Texts that would end a string, a line, a template or a function if they entered code unquoted. */
const HOSTILE_TEXTS = [
  '"; globalThis.escaped = 1; "',
  "'; globalThis.escaped = 1; '",
  '\\"; globalThis.escaped = 1; //',
  '\\',
  '\\\\"',
  '`${globalThis.escaped = 1}`',
  '${globalThis.escaped = 1}',
  '*/ globalThis.escaped = 1 /*',
  '\n}; globalThis.escaped = 1; {',
  '\r\nglobalThis.escaped = 1',
  '\u2028globalThis.escaped = 1\u2029',
  ')};globalThis.escaped=1;({',
  '</script><script>',
  '\uD800"',
  '\u0000',
  'constructor',
  'toString',
  'valueOf',
  'row',
  'item',
  'event',
  'v1',
];

describe('an expression', () => {
  for (const way of WAYS_OUT) {
    it(`cannot escape with ${JSON.stringify(way)}`, () => {
      const { problems, mapper } = loadFiles({ 'main.yaml': aMapping(`x: ${JSON.stringify(way)}`) });
      expect(problems.map(({ severity }) => severity)).to.include('error');
      expect(mapper).to.equal(undefined);
    });
  }

  it('reads only own keys of a JSON column, and requests them from the source', () => {
    const loaded = loadFiles({ 'main.yaml': aMapping("x: trace.metadata['__proto__'].constructor") });
    expect(loaded.mapper?.streams[0]?.fields).to.deep.include({
      field: 'trace.metadata',
      path: ['__proto__', 'constructor'],
    });
  });
});

describe('generated code', () => {
  const escaped = (): unknown => (globalThis as { escaped?: unknown }).escaped;

  for (const text of HOSTILE_TEXTS.filter((each) => !/\p{Surrogate}/u.test(each))) {
    it(`contains ${JSON.stringify(text)} only as a text and a name`, () => {
      const quoted = JSON.stringify(text);
      expect(evaluate(quoted)).to.equal(text);
      const name = text.trim() === '' ? 'blank' : text;
      const file = aMapping(
        `${JSON.stringify(name)}: { const: ${quoted} }\nb: { value: name, enum: { ${quoted}: ${quoted} } }\nc: { url: ${JSON.stringify(`/${text.replaceAll(/[{}]/gu, '')}`)} }`,
      ).replace('event: e', `event: ${JSON.stringify(name)}`);
      const result = mapRecord(loadFiles({ 'main.yaml': file }), { id: 't', timestamp: 0, name: text });
      if (result.kind !== 'events') throw new Error(JSON.stringify(result));
      expect(result.events[0]?.event).to.equal(name);
      expect(result.events[0]?.['properties']).to.have.own.property(name, text);
      expect(result.events[0]?.['properties']).to.include({ b: text, c: `/${text.replaceAll(/[{}]/gu, '')}` });
      expect(escaped()).to.equal(undefined);
    });
  }

  it('quotes every text as an equal literal of printable ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const code = quoteCode(text);
        expect(code).to.match(/^"(?:[ !#-[\]-~]|\\u[0-9a-f]{4})*"$/u);
        expect(JSON.parse(code)).to.equal(text);
      }),
    );
    for (const number of [0, -0, 1.5, -1e300, Number.NaN, Infinity])
      expect(quoteCode(number)).to.match(/^(?:\(-?[\d.e+]+\)|null)$/u);
  });

  it('cannot contain the name `__proto__`', () => {
    for (const line of ['__proto__: name', '"\\u005f_proto__": name'])
      expect(loadFiles({ 'main.yaml': aMapping(line) }).problems[0]?.code).to.equal('reserved-name');
    const anySink = aMapping('').replace('sink: posthog', 'sink: jsonl').replace('    distinct_id', '    __proto__');
    expect(loadFiles({ 'main.yaml': anySink }).problems[0]?.code).to.equal('reserved-name');
  });
});
