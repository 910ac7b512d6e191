import { expect } from 'chai';
import { PROBLEM_CODES } from '@sluice/yaml-mapper';
import { aMapping, loadFiles } from './load-text.js';
import { takeMarks } from './marked-text.js';

const deep = `${'('.repeat(1990)}1${')'.repeat(1990)}`;
const tenThousandDeep = `${'-('.repeat(10_000)}1${')'.repeat(10_000)}`;
const sixtyOneDeep = `${'lower('.repeat(61)}name${')'.repeat(61)}`;

type Case = readonly [code: string, marked: string];

/** Lines in the properties of an event. The marks are exactly where the problem is reported. */
const LINES: Readonly<Record<string, readonly Case[]>> = {
  'a name': [
    ['unknown-field', 'x: «nmae»'],
    ['unknown-field', 'x: "lower(«nmae»)"'],
    ['unknown-field', "x: 'concat(''a'', «nmae»)'"],
    ['unknown-field', 'x: >-\n  concat(name,\n  «nmae»)'],
    ['unknown-field', 'x: >\n  concat(name,\n\n    id,\n  «nmae»)'],
    ['unknown-field', 'x: |\n  concat(name,\n    «nmae»)'],
    ['unknown-field', 'x: |2-\n   concat(name,\n    «nmae»)'],
    ['unknown-field', 'x: "concat(name,\n  «nmae»)"'],
    ['unknown-field', 'x: concat(name,\n  «nmae»)'],
    ['unknown-field', 'x: "«\\u00e4» + 1"'],
    ['unknown-field', 'ä: "concat(\'😀é\', «nmae»)"'],
    ['unknown-field', 'x: { value: "concat(name, «nmae»)", doc: d }'],
    ['unknown-field', 'x: { value: name, when: «nmae» }'],
    ['unknown-field', 'x: { url: "/a/{«nmae»}" }'],
    ['unknown-field', 'x:\n  url: >-\n    /a/\n    {«nmae»}'],
    ['unknown-field', 'x: { value: name, enum: { A: 1 }, else: «nmae» }'],
    ['unknown-field', 'x: «event.nothing»'],
    ['unknown-field', 'x: «event»'],
    ['unknown-field', 'x: «item»'],
    ['unknown-field', 'x: «name.first»'],
    ['unknown-field', 'x: name\ny: «level»'],
    ['unknown-function', 'x: «lowr»(name)'],
    ['unknown-function', 'x: "1 + «Lower»(name)"'],
    ['unknown-key', 'x: { «valu»: name }'],
    ['unknown-key', 'x: { value: name, «wen»: public }'],
    ['unknown-key', 'x:\n  value: name\n  «unti»: s'],
    ['reserved-name', '«__proto__»: 1'],
    ['reserved-name', 'x: { const: { «__proto__»: 1 } }'],
  ],
  'a name with a meaning elsewhere': [
    ['unknown-field', 'x: «constructor»'],
    ['unknown-field', 'x: «__proto__»'],
    ['unknown-field', 'x: «name.constructor»'],
    ['unknown-field', 'x: «globalThis»'],
    ['unknown-field', 'x: «metadata.my-key»'],
    ['unknown-field', 'x: «metadata.a.my-long-key» + 1'],
    ['unknown-field', 'x: «metadata.user-id»'],
    ['unknown-field', 'x: «trace.session-id» == id'],
    ['unknown-field', 'x: metadata.my - «key»'],
    ['unknown-field', 'x: convert(latency, «ms»)'],
    ['unknown-field', 'x: name == «undefined»'],
    ['unknown-field', 'x: «tags.length»'],
    ['unknown-function', 'x: «toString»()'],
    ['unknown-function', 'x: «coalesce»(name, id)'],
    ['not-in-language', 'x: «name.toUpperCase»()'],
    ['not-in-language', "x: «name = 'a'»"],
    ['not-in-language', 'x: «name | upper»'],
    ['expression-syntax', 'x: public «and public»'],
    ['expression-syntax', 'x: "{«{»name}}"'],
    ['expression-syntax', 'x: $«{NAME}»'],
  ],
  'a type': [
    ['type-mismatch', 'langfuse_trace_name: «latency»'],
    ['type-mismatch', 'langfuse_trace_name: { const: «1» }'],
    ['type-mismatch', 'x: «name» + 1'],
    ['type-mismatch', 'x: lower(«latency»)'],
    ['type-mismatch', 'x: { value: name, when: «name» }'],
    ['type-mismatch', 'x: «name == latency»'],
    ['type-mismatch', 'x: «public < public»'],
    ['type-mismatch', 'x: «name ?? latency»'],
    ['type-mismatch', 'x: "«public ? name : latency»"'],
    ['type-mismatch', 'x: "«name» ? 1 : 2"'],
    ['type-mismatch', "x: uuid5(«'no'», id)"],
    ['type-mismatch', "x: public && timestamp < timestamp(«'2026-01-31T10:00:00'»)"],
    ['type-mismatch', "x: timestamp(«'31.01.2026'»)"],
    ['type-mismatch', 'x: { value: name, enum: { A: 1, B: «b» } }'],
    ['type-mismatch', 'x: { value: name, enum: { A: 1 }, else: «name» }'],
    ['type-mismatch', 'x: { value: «timestamp», enum: { A: 1 } }'],
    ['type-mismatch', 'x: "!«name»"'],
    ['type-mismatch', 'x: { value: «name», unit: s }'],
    ['argument-count', 'x: «lower()»'],
    ['argument-count', 'x: «lower(name, name)»'],
    ['argument-count', "x: «convert(latency, 'h', 1)»"],
    ['argument-count', 'x: "concat(id, «round()»)"'],
  ],
  'a unit': [
    ['unit-mismatch', "langfuse_latency: «convert(latency, 'ms')»"],
    ['unit-mismatch', 'langfuse_total_units: «total_cost»'],
    ['unit-mismatch', 'langfuse_score_value: «latency»'],
    ['unit-mismatch', 'x: «latency + total_cost»'],
    ['unit-mismatch', 'x: «latency < total_cost»'],
    ['unit-mismatch', 'x: «max(latency, total_cost)»'],
    ['unit-mismatch', "x: «convert(latency, 'usd')»"],
    ['unit-mismatch', 'x: { value: latency, unit: «ms» }'],
    ['unit-mismatch', "$ai_latency: «convert(latency, 'ms')»"],
    ['unit-missing', 'langfuse_latency: «observation_count»'],
    ['unit-missing', "x: convert(«observation_count», 's')"],
    ['unknown-unit', 'x: { value: latency, unit: «sec» }'],
    ['unknown-unit', "x: convert(latency, «'sec'»)"],
  ],
  YAML: [
    ['yaml-syntax', 'x: public ? 1 «:» 2'],
    ['yaml-syntax', "x: concat(name, 'a«:» b')"],
    ['yaml-syntax', "x: «'a' ?? name»"],
    ['yaml-syntax', 'x: «"a" == name»'],
    ['yaml-syntax', 'x: «[name] == tags»'],
    ['yaml-syntax', 'x: «@»name'],
    ['yaml-syntax', 'x: «`»name`'],
    ['yaml-syntax', '«\t»x: 1'],
    ['yaml-syntax', 'x:\n«\t»value: 1'],
    ['yaml-syntax', 'x: { value: public ? 1 «:» 2 }'],
    ['yaml-syntax', "x: { value: «'a' ?? name» }"],
    ['yaml-syntax', "x: «'a»"],
    ['yaml-syntax', 'x: «"»'],
    ['yaml-syntax', 'x: «[»name'],
    ['yaml-syntax', 'x: «{» value: name'],
    ['yaml-syntax', '«x:name»'],
    ['yaml-tag', 'x: «!public»'],
    ['yaml-tag', 'x: «!!str name»'],
    ['yaml-alias', 'x: «*name»'],
    ['yaml-duplicate-key', 'x: 1\n«x»: 2'],
    ['yaml-duplicate-key', 'x: { value: 1, «value»: 2 }'],
    ['expression-syntax', 'x: concat(name,«» #x)'],
    ['expression-syntax', 'x: hello «world»'],
    ['expression-syntax', 'x: "«»"'],
    ['expression-syntax', 'x: concat(name«»'],
    ['expression-syntax', "x: concat(name, «'»a)"],
    ['wrong-shape', 'x: «[name]»'],
    ['wrong-shape', 'x: { value: «[name]» }'],
    ['wrong-shape', 'x: { const: «.inf» }'],
    ['wrong-shape', 'x: { const: «12345678901234567890» }'],
    ['wrong-shape', 'x: { value: name, omitNull: «sometimes» }'],
    ['wrong-shape', 'x: { value: name, enum: «none» }'],
    ['not-in-language', 'x: «01» + 1'],
  ],
  'a directive': [
    ['conflicting-directives', 'x: { value: name, «const»: 1 }'],
    ['conflicting-directives', 'x: { url: "/a", «value»: name }'],
    ['missing-key', 'x: «{ when: public }»'],
    ['missing-key', 'x:«»'],
    ['wrong-shape', 'x: { «{ name }» }'],
    ['missing-key', 'x: { const: a, «enum»: { A: 1 } }'],
    ['missing-key', 'x: { value: name, «else»: id }'],
    ['missing-key', 'x: { value: name, enum: «{}» }'],
    ['url-syntax', 'x: { url: "/a/«{»name" }'],
    ['url-syntax', 'x: { url: "/a/name«}»" }'],
    ['url-syntax', 'x: { url: «""» }'],
  ],
  'a part without effect': [
    ['constant-condition', 'x: { value: name, when: «true» }'],
    ['constant-condition', "x: { value: name, when: \"«'a' == 'b'»\" }"],
    ['constant-condition', 'x: «id == null»'],
    ['constant-condition', 'x: «name != name»'],
    ['constant-condition', 'x: public && «true»'],
    ['unreachable', 'x: id ?? «name»'],
    ['unreachable', 'x: "true ? name : «id»"'],
    ['unreachable', 'x: { value: public, enum: { true: 1, false: 0, «yes»: 2 } }'],
    ['unreachable', 'x: { value: observation_count, enum: { «one»: 1 } }'],
    ['unreachable', 'x: { value: public, enum: { true: 1, false: 0 }, else: «3» }'],
  ],
  'a secret': [['salt-not-secret', "x: pseudonym(name, «'pepper'»)"]],
  'a size': [
    ['expression-too-large', `x: «${deep}»`],
    ['expression-too-large', `x: «${tenThousandDeep}»`],
    ['expression-too-large', `x: «${sixtyOneDeep}»`],
  ],
};

/** A replacement in a valid mapping. */
const REPLACED: readonly (readonly [code: string, before: string, marked: string])[] = [
  ['unsupported-version', 'sluice: 1', 'sluice: «2»'],
  ['missing-key', 'sluice: 1\n', '«»'],
  ['unknown-source', 'langfuse-postgres', '«langfuse-postgre»'],
  ['unknown-sink', 'sink: posthog', 'sink: «posthoc»'],
  ['unknown-stream', 'from: trace', 'from: «traces»'],
  ['missing-key', 'event: e\n    from: trace\n', 'event: «e»\n'],
  ['missing-key', '- event: e\n    from', '- «»from'],
  ['unknown-key', 'mapping: m', '«maping»: m'],
  ['unknown-event-field', '    distinct_id: event.uuid', '    «distinct_ids»: event.uuid'],
  ['unknown-event-field', '    from: trace', '    from: trace\n    «wen»: public'],
  [
    'missing-event-field',
    "e\n    from: trace\n    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)\n",
    '«e»\n    from: trace\n',
  ],
  ['nullable-required', 'distinct_id: event.uuid', 'distinct_id: «name»'],
  ['nullable-required', 'distinct_id: event.uuid', 'distinct_id: { value: «id», when: public }'],
  ['event-cycle', 'distinct_id: event.uuid', 'distinct_id: «event.distinct_id»'],
  ['type-mismatch', 'timestamp: timestamp', 'timestamp: «name»'],
  [
    'uuid-without-key',
    "uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)",
    "«uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', 'x')»",
  ],
  [
    'uuid-without-key',
    "trace\n    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)",
    "trace\n    each: tags\n    uuid: «uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)»",
  ],
  ['identity-changeable', 'distinct_id: event.uuid', "distinct_id: «name» ?? 'none'"],
  ['unused-permission', 'accepts: [timestamp]', 'accepts: [timestamp, «name»]'],
  ['unknown-field', 'accepts: [timestamp]', 'accepts: [timestamp, «nmae»]'],
  ['missing-key', 'identity: { accepts: [timestamp], because: tested }', '«identity»: { accepts: [timestamp] }'],
  ['unknown-key', 'allows: [trace.user_id', '«alows»: [trace.user_id'],
  ['personal-data', 'u: trace.user_id', 'u: «user_id»'],
  ['personal-data', 'u: trace.user_id', 'u: sha256(«user_id»)'],
  ['unused-fragment', 'events:', 'shared: { «a»: { include: [a] } }\nevents:'],
  [
    'include-cycle',
    'events:\n  - event: e\n',
    'shared: { a: { include: [«a»] } }\nevents:\n  - event: e\n    include: [a]\n',
  ],
  [
    'include-cycle',
    'events:\n  - event: e\n',
    'shared: { a: { include: [b] }, b: { include: [«a»] } }\nevents:\n  - event: e\n    include: [a]\n',
  ],
  ['unknown-fragment', '    from: trace', '    from: trace\n    include: [«a»]'],
  [
    'unknown-field',
    'events:\n  - event: e\n',
    'shared: { a: { properties: { y: «nmae» } } }\nevents:\n  - event: e\n    include: [a]\n',
  ],
  ['unknown-field', 'event: e', 'event: e\n    when: «nmae»'],
  ['constant-condition', 'event: e', 'event: e\n    when: «1 < 2»'],
  ['type-mismatch', 'event: e', 'event: e\n    each: «name»'],
  ['wrong-shape', 'event: e', 'event: e\n    omitNull: «1»'],
  ['wrong-shape', 'event: e', 'event: «[e]»'],
  ['wrong-shape', 'events:', 'params: { p: { type: «txt» } }\nevents:'],
  ['missing-key', 'events:', 'params: { «p»: { default: a } }\nevents:'],
  ['param-type', 'events:', 'params: { p: { type: number, default: «a» } }\nevents:'],
  ['param-type', 'events:', 'params: { p: { type: url, default: «ftp://a» } }\nevents:'],
  ['unit-mismatch', 'u: trace.user_id', 'u: trace.user_id\n      langfuse_total_units: «total_cost»'],
  ['unknown-event-field', 'events:', 'vocabulary: { «propertys»: {} }\nevents:'],
  ['unknown-event-field', 'events:', 'vocabulary: { «distinct_id»: {} }\nevents:'],
  ['missing-key', 'events:', 'vocabulary: { properties: { «a»: { unit: s } } }\nevents:'],
  ['wrong-shape', 'events:', 'vocabulary: { properties: { a: { type: «txt» } } }\nevents:'],
  ['wrong-shape', 'events:', 'vocabulary: { properties: { a: { type: text, unit: «s» } } }\nevents:'],
  ['unknown-unit', 'events:', 'vocabulary: { properties: { a: { type: number, unit: «sec» } } }\nevents:'],
  ['unknown-key', 'events:', 'vocabulary: { properties: { a: { type: number, «unti»: s } } }\nevents:'],
  ['unused-param', 'events:', 'params: { «p»: { type: text } }\nevents:'],
  [
    'unknown-field',
    'events:\n  - event: e\n',
    'params: { team: { type: text } }\nevents:\n  - event: e\n    session_id: «teem»\n',
  ],
  ['unknown-key', 'distinct_id: event.uuid', 'distinct_id: { value: event.uuid, «omitNull»: true }'],
  ['param-hides-field', 'events:', 'params: { «name»: { type: text } }\nevents:'],
  ...['a-b', '"a b"', 'true', 'event', 'item', 'new', 'a.b', '7'].map(
    (name) => ['reserved-name', 'events:', `params: { «${name}»: { type: text } }\nevents:`] as const,
  ),
  ['unknown-key', 'events:', 'params: { p: { type: text, «defualt»: a } }\nevents:'],
  ['secret-in-clear', 'events:', 'params: { p: { type: secret, default: «pepper» } }\nevents:'],
  [
    'secret-leaves',
    'events:\n  - event: e\n',
    'params: { p: { type: secret } }\nevents:\n  - event: e\n    session_id: concat(name, «p»)\n',
  ],
  [
    'secret-leaves',
    'events:\n  - event: e\n',
    'params: { p: { type: secret } }\nevents:\n  - event: e\n    when: name == «p»\n',
  ],
  ['extends-cycle', 'events:', 'extends: «main.yaml»\nevents:'],
  ['file-unreadable', 'events:', 'extends: «none.yaml»\nevents:'],
  ['file-unreadable', 'events:', "extends: «'@acme/none'»\nevents:"],
  ['nothing-to-remove', 'events:', 'remove: [«x»]\nevents:'],
  ['nothing-to-remove', 'event: e', 'event: «e»\n    rename: f'],
  ['duplicate-event', 'events:\n  - event: e', 'events:\n  - { event: e, from: trace }\n  - event: «e»'],
  ['yaml-syntax', 'sluice: 1', '«%YAML 1.1»\n---\nsluice: 1'],
  ['yaml-syntax', 'mapping: m\n', 'mapping: m\n«---»\n'],
];

describe('a broken mapping', () => {
  for (const [about, cases] of Object.entries(LINES)) {
    describe(`in ${about}`, () => {
      for (const [code, marked] of cases) {
        it(`reports ${code} at the mark in ${JSON.stringify(marked.slice(0, 60))}`, () => {
          expectProblem(aMapping(marked), code);
        });
      }
    });
  }

  describe('after a replacement', () => {
    for (const [code, before, marked] of REPLACED) {
      it(`reports ${code} at the mark in ${JSON.stringify(marked.slice(0, 60))}`, () => {
        const good = marked.includes('vocabulary') ? aMapping('').replace(/^vocabulary.*\n/mu, '') : aMapping('');
        expect(good).to.include(before);
        expectProblem(
          good.replace(before, () => marked),
          code,
        );
      });
    }
  });

  it('has the same positions with CRLF, a byte order mark and preceding non-ASCII text', () => {
    const text = aMapping('ä: name\nx: >-\n  concat(name,\n  nmae)');
    const [plain] = loadFiles({ 'main.yaml': text }).problems;
    const [windows] = loadFiles({ 'main.yaml': `\uFEFF${text.replaceAll('\n', '\r\n')}` }).problems;
    expect(plain?.code).to.equal('unknown-field');
    expect(windows).to.deep.equal(plain);
  });

  it('is not reported as without a name where the name has the wrong shape', () => {
    const { problems } = loadFiles({ 'main.yaml': aMapping('').replace('events:', 'events:\n  - event: 404') });
    expect(problems.map(({ code, help }) => [code, help])).to.deep.equal([['wrong-shape', "quote it: '404'"]]);
  });

  for (const only of ['7', 'event: 404', '{ from: trace }']) {
    it(`is not reported as without events where its only one is ${only}`, () => {
      const text = `sluice: 1\nsource: langfuse-postgres\nsink: posthog\nevents:\n  - ${only}\n`;
      const { problems } = loadFiles({ 'main.yaml': text });
      expect(problems.map(({ code }) => code))
        .to.have.length(1)
        .and.not.to.include('no-events');
    });
  }

  it('is reported with all problems at once, each with help', () => {
    const { problems, mapper } = loadFiles({
      'main.yaml': aMapping('x: nmae\ny: lowr(name)\nz: latency + total_cost'),
    });
    expect(problems.map(({ code }) => code)).to.deep.equal(['unknown-field', 'unknown-function', 'unit-mismatch']);
    expect(problems.map(({ help }) => help)).to.deep.equal([
      'did you mean `name`?',
      'did you mean `lower`?',
      'use numbers that measure the same thing',
    ]);
    expect(mapper).to.equal(undefined);
  });

  for (const [wrong, value] of [
    ['x: { value: %, omitNull: true }', "trace.metadata['a']"],
    ['x: { value: name, when: % }\ny: name', "metadata['a'] == 'y'"],
    ['x: { value: %, doc: d }', 'tags[0]'],
    ['x: { value: %, doc: d }', "contains(['a', 'b'], name)"],
    ['x: { value: %, unit: ms }\ny: id', "convert(latency, 'ms')"],
    ['x: { value: %,\n  doc: d }', "replace(name, 'a', 'b')"],
  ] as const) {
    it(`gets help with an expression that a flow map cuts: ${value}`, () => {
      const problemsOf = (written: string) =>
        loadFiles({ 'main.yaml': aMapping(wrong.replace('%', written)) }).problems;
      const [problem, ...others] = problemsOf(value);
      const cut = value.endsWith(')') && !value.includes('[') ? ')' : '[';
      const column = '      '.length + wrong.indexOf('%') + value.lastIndexOf(cut) + 1;
      expect(problem).to.include({ code: 'yaml-syntax', column, help: `quote the whole value: "${value}"` });
      expect(others).to.deep.equal([]);
      expect(problemsOf(`"${value}"`)).to.deep.equal([]);
    });
  }

  it('gets help with quoting what YAML reads as its own syntax', () => {
    const helpOf = (line: string): string | undefined => loadFiles({ 'main.yaml': aMapping(line) }).problems[0]?.help;
    expect(helpOf('x: public ? 1 : 2')).to.equal('quote the whole value: "public ? 1 : 2"');
    expect(helpOf('x: "a" ?? name # why')).to.equal('quote the whole value: \'"a" ?? name\'');
    expect(helpOf("x: { value: 'a' ?? name, doc: d }")).to.equal(`quote the whole value: "'a' ?? name"`);
    expect(helpOf('x: { value: !public }')).to.equal('quote the whole value: "!public"');
    expect(helpOf('x:name')).to.equal('write `x: name`');
    expect(helpOf('x: !public')).to.equal('quote the whole value: "!public"');
    expect(helpOf('x: { value: concat(name, id), doc: d }')).to.include('inside `{ … }`, a comma ends the expression');
    expect(helpOf('x: concat(name, #a)')).to.include('YAML reads everything after ` #` as a comment');
  });

  it('gets help with indentation and with brackets that are never closed', () => {
    const said = (line: string): readonly unknown[] => {
      const [problem] = loadFiles({ 'main.yaml': aMapping(line) }).problems;
      return [problem?.line, problem?.message, problem?.help];
    };
    const above = '`x` has a value, and `y` below it is indented deeper';
    expect(said('x: name\n  y: name')).to.deep.equal([16, above, 'indent `y` as far as `x`']);
    const [, message] = said('x: { value: name\ny: name');
    expect(message).to.equal('this `{` is never closed');
  });

  it('gets help with words from other languages', () => {
    const helpOf = (line: string): string | undefined => loadFiles({ 'main.yaml': aMapping(line) }).problems[0]?.help;
    expect(helpOf('x: UPPER(name)')).to.equal('did you mean `upper`?');
    expect(helpOf('x: coalesce(name, id)')).to.equal('write a ?? b');
    expect(helpOf('x: name == None')).to.equal('write `null` for a missing value');
    expect(helpOf('x: public and public')).to.equal('write `&&`');
    expect(helpOf('x: not public')).to.equal('write `!`, in quotes');
    expect(helpOf("x: name = 'a'")).to.equal('compare with `==`');
    expect(helpOf('x: tags.length')).to.equal('write length(tags)');
    expect(helpOf('x: if(public, 1, 2)')).to.equal('write a ? b : c, in quotes');
    expect(helpOf('x: case when public then 1 else 2 end')).to.equal('write a ? b : c, in quotes');
    expect(helpOf("x: name like 'a%'")).to.equal('write contains(…), startsWith(…) or endsWith(…)');
    expect(helpOf("x: match(name, 'a')")).to.include('no regular expressions');
    expect(helpOf('x: parseInt(name)')).to.equal('write number(…), and floor(…) or round(…)');
    expect(helpOf('x: public == True')).to.equal('write `true`');
    expect(helpOf('x: now()')).to.include('deterministic');
    expect(helpOf('x: "{{name}}"')).to.include('without braces');
    expect(helpOf("x: 'hello'")).to.match(/^for a text, write "'hello'" or \{ const: hello \}; /u);
  });

  it('gets one warning of a factor that looks like a conversion', () => {
    const warned = (value: string) =>
      loadFiles({ 'main.yaml': aMapping(`x: ${value}`) }).problems.map(({ code, help }) => [code, help]);
    expect(warned('latency * 1000')).to.deep.equal([['unit-factor', "did you mean convert(latency, 'ms')?"]]);
    expect(warned('latency * 60 * 60')).to.have.lengthOf(1);
    expect(warned('latency * 2 * 1000')).to.have.lengthOf(1);
    expect(warned('latency * 2')).to.deep.equal([]);
  });

  it('gets the item to write for events that are a map', () => {
    const text = 'sluice: 1\nmapping: m\nsource: langfuse-postgres\nsink: posthog\nevents:\n  my event: {}\n';
    const problem = loadFiles({ 'main.yaml': text }).problems.find(({ code }) => code === 'wrong-shape');
    expect(problem?.help).to.equal('write `- event: my event`, and what belongs to it on the lines below');
  });

  it('cannot exhaust memory with aliases', () => {
    const names = 'bcdefgh'.split('');
    const bomb = names.map(
      (name, at) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'[at]}`).join(',')}]`,
    );
    const text = ['a: &a [1,1,1,1,1,1,1,1,1]', ...bomb].join('\n');
    expect(loadFiles({ 'main.yaml': text }).problems).to.have.lengthOf(1);
    expect(loadFiles({ 'main.yaml': text }).problems[0]).to.include({ code: 'file-too-large', line: 5, column: 11 });
  });

  it('is marked at the anchor, not at its alias, because the anchor must be edited', () => {
    const marked = aMapping('x: &x { value: «nmae» }\ny: *x');
    expectProblem(marked, 'unknown-field');
    expect(loadFiles({ 'main.yaml': takeMarks(marked).text }).problems).to.have.lengthOf(1);
  });
});

function expectProblem(marked: string, code: string): void {
  const { text, place } = takeMarks(marked);
  const { problems } = loadFiles({ 'main.yaml': text });
  const found = problems.map((each) => ({ ...each, message: undefined, help: undefined, severity: undefined }));
  expect(found).to.deep.include({
    file: '/m/main.yaml',
    ...place,
    code,
    message: undefined,
    help: undefined,
    severity: undefined,
  });
  expect(PROBLEM_CODES).to.have.property(code);
  for (const { help } of problems) expect(help).to.not.equal('');
}
