import { expect } from 'chai';
import { lintMapping, newExpectation, testMapping, updateTests, type MappingTestRun } from '@sluice/yaml-mapper';
import { aContext, aMapping } from './load-text.js';

const PATH = '/m/main.yaml';

function run(tests: string, { mapping = aMapping('x: name\nn: latency'), beside = '' } = {}): MappingTestRun {
  return testMapping(PATH, contextOf(tests, mapping, beside));
}

function contextOf(tests: string, mapping: string, beside = '') {
  const files: Readonly<Record<string, string>> = {
    [PATH]: `${mapping}${tests}`,
    ...(beside === '' ? {} : { '/m/main.test.yaml': beside }),
  };
  return aContext({
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
  });
}

function outcomes({ results, problems }: MappingTestRun): readonly string[] {
  expect(problems.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
  return results.map(({ verdict }) => verdict.outcome);
}

function codes({ problems }: MappingTestRun): readonly string[] {
  return problems.map(({ code, line, column }) => `${code} ${line}:${column}`);
}

describe('a test of a mapping', () => {
  it('compares only the values under `expect`, and all values under `exactly`', () => {
    const result = run(`tests:
  - { name: partial, given: { name: a }, expect: [{ event: e, properties: { x: a } }] }
  - { name: exact, given: { name: a }, exactly: [{ event: e, properties: { x: a } }] }
`);
    expect(outcomes(result)).to.deep.equal(['passed', 'failed']);
  });

  it('fails if a value or the number of events differs', () => {
    const result = run(`tests:
  - { name: value, given: { name: a }, expect: [{ properties: { x: b } }] }
  - { name: absent, expect: [{ properties: { nothing: 1 } }] }
  - { name: too few, expect: [] }
  - { name: too many, expect: [{ event: e }, { event: e }] }
`);
    expect(outcomes(result)).to.deep.equal(['failed', 'failed', 'failed', 'failed']);
    expect(result.results[0]?.verdict).to.deep.include({
      expected: [{ properties: { x: 'b' } }],
      received: [{ properties: { x: 'a' } }],
    });
  });

  it('does not tell -0 from 0, as both are sent as 0', () => {
    const tests = `tests:
  - { name: zero, given: { latency: 0 }, expect: [{ properties: { x: 0, y: [0] } }] }
  - { name: minus zero, given: { latency: -0 }, expect: [{ properties: { x: -0, y: [-0] } }] }
`;
    const result = run(tests, { mapping: aMapping('x: -latency\ny: { const: [-0] }') });
    expect(outcomes(result)).to.deep.equal(['passed', 'passed']);
  });

  it('accepts null for a missing field, and any notation of a timestamp', () => {
    const result = run(`tests:
  - name: nulls and timestamps
    given: { timestamp: 2026-01-31T12:00:00+01:00 }
    expect: [{ session_id: null, timestamp: 2026-01-31T11:00:00Z, properties: { x: null } }]
`);
    expect(outcomes(result)).to.deep.equal(['passed']);
  });

  it('uses null, or a value of the type, for fields that it does not give', () => {
    const mapping = aMapping('i: id\nt: tags\np: public\nc: total_cost\nx: name\nnested: metadata.a.b[0]');
    const result = run(
      `tests:
  - name: defaults
    given: { metadata: { a: { b: [7] } } }
    expect: [{ timestamp: 2026-01-01T00:00:00Z, properties: { i: id, t: [], p: false, c: 0, x: null, nested: 7 } }]
`,
      { mapping },
    );
    expect(outcomes(result)).to.deep.equal(['passed']);
  });

  it('treats `trace.user_id` of a trace as its `user_id`, in every notation', () => {
    const result = run(`tests:
  - { name: bare, given: { user_id: u }, expect: [{ properties: { u: u } }] }
  - { name: dotted, given: { trace.user_id: u }, expect: [{ properties: { u: u } }] }
  - { name: nested, given: { trace: { user_id: u } }, expect: [{ properties: { u: u } }] }
`);
    expect(outcomes(result)).to.deep.equal(['passed', 'passed', 'passed']);
  });

  it('can expect a record to be filtered, or to fail', () => {
    const mapping = aMapping('x: name').replace('from: trace', "from: trace\n    when: name != 'debug'");
    const result = run(
      `tests:
  - { name: any rule, given: { name: debug }, filtered: true }
  - { name: this rule, given: { name: debug }, filtered: "name != 'debug'" }
  - { name: another rule, given: { name: debug }, filtered: level }
  - { name: not filtered, filtered: true }
  - { name: not failed, error: true }
`,
      { mapping },
    );
    expect(outcomes(result)).to.deep.equal(['passed', 'passed', 'failed', 'failed', 'failed']);
    const uuid = aMapping('').replace("uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)", 'id');
    const failing = run('tests:\n  - { name: no uuid, given: { id: x }, error: not a uuid }\n', { mapping: uuid });
    expect(outcomes(failing)).to.deep.equal(['passed']);
  });

  it('can set parameters, and uses a default or a value of the type for the others', () => {
    const mapping = aMapping(
      'l: { url: "{base}/{id}" }\np: prefix',
      'params: { base: { type: url }, prefix: { type: text, default: d } }\n',
    );
    const result = run(
      `tests:
  - { name: own, params: { base: https://a.example, prefix: p }, expect: [{ properties: { l: https://a.example/id, p: p } }] }
  - { name: defaults, expect: [{ properties: { l: https://base.example.com/id, p: d } }] }
`,
      { mapping },
    );
    expect(outcomes(result)).to.deep.equal(['passed', 'passed']);
  });

  it('can be in a file beside the mapping', () => {
    const beside = 'sluice: 1\ntests:\n  - { name: there, given: { name: a }, expect: [{ properties: { x: a } }] }\n';
    const result = run('', { beside });
    expect(outcomes(result)).to.deep.equal(['passed']);
    expect(result.results[0]?.place).to.include({ file: '/m/main.test.yaml', line: 3 });
  });

  it('reports every problem of the tests at its position, and runs none of them', () => {
    const start = aMapping('x: name').split('\n').length;
    const result = run(`tests:
  - { name: a, given: { nmae: a }, expect: [] }
  - { name: b, given: { latency: fast, id: null, timestamp: tomorrow }, expect: [] }
  - { name: c, from: traces, expect: [] }
  - { name: d, expect: [], filtered: true }
  - { name: e, expct: [] }
  - { given: {}, expect: [] }
  - { name: g, given: { user_id: a, trace.user_id: b }, params: { no: 1 }, expect: e }
`);
    expect(result.results).to.deep.equal([]);
    const found = codes(result).map((text) =>
      text.replace(/\d+:/u, (line) => `+${Number.parseInt(line, 10) - start - 1}:`),
    );
    expect(found).to.deep.equal([
      'unknown-field +1:25',
      'type-mismatch +2:34',
      'type-mismatch +2:44',
      'type-mismatch +2:61',
      'unknown-stream +3:22',
      'conflicting-directives +4:28',
      'unknown-key +5:16',
      'missing-key +6:5',
      'conflicting-directives +7:37',
      'unknown-param +7:67',
      'wrong-shape +7:84',
    ]);
  });

  for (const [given, help] of [
    ["latency: '12'", 'remove the quotes: 12'],
    ['latency: fast', 'write a number, without quotes'],
    ['public: yes', 'write true, without quotes'],
    ["public: 'false'", 'write false, without quotes'],
    ['public: 1', 'write true or false'],
    ['tags: a', 'write a list of texts: [a, b]'],
    ['name: 12', 'quote a text that YAML reads as another type'],
    ['timestamp: today', 'use ISO 8601: 2026-01-31T12:00:00Z'],
  ]) {
    it(`says how to give a value of the right type: ${given}`, () => {
      const { problems } = run(`tests:\n  - { name: a, given: { ${given} }, expect: [] }\n`);
      expect(problems.map((problem) => problem.help)).to.deep.equal([help]);
    });
  }

  it('is linted with its mapping', () => {
    const context = contextOf('tests:\n  - { name: a, given: { nmae: a }, expect: [] }\n', aMapping('x: name'));
    expect(lintMapping(PATH, context).map(({ code }) => code)).to.deep.equal(['unknown-field']);
  });
});

describe('test coverage of a mapping', () => {
  it('lists what no test covers', () => {
    const { coverage } = run('tests:\n  - { name: a, expect: [{ event: e, properties: { x: null } }] }\n');
    expect(coverage).to.deep.equal({
      properties: 7,
      covered: 1,
      uncovered: [
        {
          event: 'e',
          inNoTest: false,
          properties: ['uuid', 'distinct_id', 'timestamp', 'properties.u', 'properties.m', 'properties.n'],
        },
      ],
    });
    const second = aMapping('x: name');
    expect(run('tests:\n  - { name: a, filtered: true }\n', { mapping: second }).coverage?.uncovered[0]).to.include({
      event: 'e',
      inNoTest: true,
    });
  });
});

describe('updating the tests of a mapping', () => {
  function updated(tests: string, mapping = aMapping('x: name\nn: latency')): string {
    const text = mapping + tests;
    const failed = run(tests, { mapping }).results.filter(({ verdict }) => verdict.outcome === 'failed');
    const after = updateTests(text, failed.map(newExpectation));
    expect(after.startsWith(mapping)).to.equal(true);
    const result = testMapping(PATH, contextOf('', after));
    expect(
      outcomes(result).every((outcome) => outcome === 'passed'),
      after,
    ).to.equal(true);
    return after.slice(mapping.length);
  }

  it('changes only differing values, and keeps comments and formatting', () => {
    const tests = `# the tests
tests:
  - name:   "first"   # its name
    given: { name: a }
    # what comes
    expect:
      - event: e   # the event

        properties: # all of them
          x: 'b' # was b
          n: null
  - { name: second, given: { name: a, latency: 2 }, expect: [{ properties: { n: 1 } }] } # flow
  - name: third
    expect: [{ event: e }]
`;
    expect(updated(tests)).to.equal(`# the tests
tests:
  - name:   "first"   # its name
    given: { name: a }
    # what comes
    expect:
      - event: e   # the event

        properties: # all of them
          x: a # was b
          n: null
  - { name: second, given: { name: a, latency: 2 }, expect: [{ properties: { n: 2 } }] } # flow
  - name: third
    expect: [{ event: e }]
`);
  });

  it('writes the expectation of a new test', () => {
    expect(updated('tests:\n  - name: new\n    given: { name: a } # given\n\n# the end\n')).to.match(
      /^tests:\n {2}- name: new\n {4}given: \{ name: a \} # given\n {4}expect:\n {6}- event: e\n {8}uuid: [^]*\n\n# the end\n$/u,
    );
    expect(updated('tests:\n  - { name: new }\n')).to.match(/^tests:\n {2}- \{ name: new, expect: \[ .* \] \}\n$/u);
  });

  it('rewrites an expectation whose structure changes, and keeps the comments of what stays', () => {
    const tests =
      'tests:\n  - name: a\n    expect:\n      - event: e # the event\n      - event: no\n\n  - name: b\n    expect: [{ event: e }]\n';
    expect(updated(tests)).to.equal(tests.replace('      - event: no\n', ''));
  });

  it('replaces the outcome if a different one came', () => {
    const mapping = aMapping('x: name').replace('from: trace', "from: trace\n    when: name != 'debug'");
    expect(updated('tests:\n  - name: a\n    given: { name: debug }\n    expect: []\n', mapping)).to.equal(
      'tests:\n  - name: a\n    given: { name: debug }\n    filtered: true\n',
    );
    expect(updated('tests:\n  - name: a\n    filtered: true\n    given: { name: b }\n', mapping)).to.match(
      /^tests:\n {2}- name: a\n {4}expect:\n {6}- event: e\n[^]*\n {4}given: \{ name: b \}\n$/u,
    );
    expect(updated('tests:\n  - name: a\n    filtered: level\n    given: { name: debug }\n', mapping)).to.equal(
      'tests:\n  - name: a\n    filtered: "e: when name != \'debug\'"\n    given: { name: debug }\n',
    );
  });

  it('keeps an exact expectation exact', () => {
    expect(updated('tests:\n  - name: a\n    exactly:\n      - event: e\n')).to.match(
      / {4}exactly:\n {6}- event: e\n {8}uuid: /u,
    );
  });
});
