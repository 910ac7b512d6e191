import { expect } from 'chai';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { ExactNumber } from '@sluice/core/source';
import { aMapping, evaluate, loadFiles, mapRecord } from './load-text.js';

/** As a source delivers it inside decoded JSON. */
function exact(digits: string): JsonValue {
  return new ExactNumber(digits) as unknown as JsonValue;
}

function propertiesOf(result: ReturnType<typeof mapRecord>): unknown {
  if (result.kind !== 'events') throw new Error(JSON.stringify(result));
  return result.events[0]?.['properties'] ?? {};
}

const ID = '9007199254740993';

describe('a number of JSON that no double holds', () => {
  const record = (value: JsonValue): JsonObject => ({ 'trace.metadata/a': value });

  for (const digits of [ID, '-9007199254740993', '1489013278431281152123', '0.1000000000000000055']) {
    it(`is its digits as text: ${digits}`, () => {
      expect(evaluate('text(trace.metadata.a)', record(exact(digits)))).to.equal(digits);
      expect(evaluate("concat('u-', text(trace.metadata.a))", record(exact(digits)))).to.equal(`u-${digits}`);
    });
  }

  for (const [expression, value] of [
    ['trace.metadata.a', null],
    ['number(trace.metadata.a)', null],
    ['trace.metadata.a + 1', null],
    ['trace.metadata.a == 9007199254740992', false],
    ['trace.metadata.a > 1', false],
    ['round(trace.metadata.a)', null],
    ['lower(trace.metadata.a)', null],
    ["trace.metadata.a ?? 'none'", 'none'],
    ['trace.metadata.a == null', false],
    ['trace.metadata.a == trace.metadata.a', true],
    ['list(trace.metadata.a)', null],
  ] as const) {
    it(`is never its neighbour: ${expression} is ${value}`, () => {
      expect(evaluate(expression, record(exact(ID)))).to.equal(value);
    });
  }

  it('differs from another one', () => {
    const values = { 'trace.metadata/a': exact(ID), 'trace.metadata/b': exact('9007199254740995') };
    expect(evaluate('trace.metadata.a == trace.metadata.b', values)).to.equal(false);
  });

  it('is null inside JSON that is taken whole, and leaves the rest as it is', () => {
    const whole = { 'trace.metadata': { id: exact(ID), list: [1, exact(ID)], team: 'blue' } };
    expect(evaluate('trace.metadata', whole)).to.deep.equal({ id: null, list: [1, null], team: 'blue' });
    const ordinary = { team: 'blue', list: [1] };
    expect(evaluate('trace.metadata', { 'trace.metadata': ordinary })).to.equal(ordinary);
  });
});

describe('a number as text', () => {
  for (const [number, text] of [
    [1e21, '1000000000000000000000'],
    [1.5e22, '15000000000000000000000'],
    [-1e-7, '-0.0000001'],
    [1.25e-7, '0.000000125'],
    [-0, '0'],
    [0.1, '0.1'],
  ] as const) {
    it(`has no exponent: ${text}`, () => {
      expect(evaluate('text(latency)', { latency: number })).to.equal(text);
    });
  }

  it('is read back as the same number, whatever it is', () => {
    const mapper = loadFiles({ 'main.yaml': aMapping('x: text(latency)') });
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (latency) => {
        const result = mapRecord(mapper, { id: 't', timestamp: 0, latency });
        const { x } = propertiesOf(result) as { readonly x: string };
        expect(x).to.match(/^-?\d+(?:\.\d+)?$/u);
        expect(Number(x) - latency).to.equal(0);
      }),
    );
  });

  it('is null as a number if it is whole and no double holds it', () => {
    expect(evaluate(`number('${ID}')`)).to.equal(null);
    expect(evaluate("number('9007199254740992')")).to.equal(9_007_199_254_740_992);
    expect(evaluate("number('0.12345678901234567890')")).to.equal(0.123_456_789_012_345_68);
  });
});

describe('rounding', () => {
  for (const [expression, value] of [
    ['round(1.005, 2)', 1.01],
    ['round(0.285, 2)', 0.29],
    ['round(1.255, 2)', 1.26],
    ['round(-1.005, 2)', -1.01],
    ['round(-0.5)', -1],
    ['round(0.5)', 1],
    ['round(2.5)', 3],
    ['round(1234.5, -2)', 1200],
    ['round(1250, -2)', 1300],
    ['round(-1250, -2)', -1300],
    ['round(1250.1, -2)', 1300],
    ['round(49.9, -2)', 0],
    ['round(50.1, -2)', 100],
    ['round(0.000001255, 8)', 0.000_001_26],
    ['round(1.7976931348623157e308, -308)', 1.797_693_134_862_315_7e308],
    ['round(1.1, 400)', 1.1],
  ] as const) {
    it(`is of the decimal number: ${expression} is ${value}`, () => {
      expect(evaluate(expression)).to.equal(value);
    });
  }

  it('never changes a number by more than half of its last place', () => {
    const mapper = loadFiles({ 'main.yaml': aMapping('x: round(latency, 2)') });
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), (latency) => {
        const result = mapRecord(mapper, { id: 't', timestamp: 0, latency });
        const { x } = propertiesOf(result) as { readonly x: number };
        expect(Math.abs(x - latency)).to.be.at.most(0.005_000_1);
        expect(String(x)).to.match(/^-?\d+(?:\.\d{1,2})?$/u);
      }),
    );
  });
});

describe('a conversion', () => {
  for (const [expression, record, value] of [
    ["convert(total_cost, 'cents')", { total_cost: 0.29 }, 29],
    ["convert(total_cost, 'cents')", { total_cost: 1.1 }, 110],
    ["ceil(convert(total_cost, 'cents'))", { total_cost: 1.1 }, 110],
    ["convert(latency, 'ms')", { latency: 1.005 }, 1005],
    ["convert(latency, 'min')", { latency: 90 }, 1.5],
    ["convert(latency, 'h')", { latency: 5400 }, 1.5],
    ["convert(latency, 'ms')", { latency: -0.0000001 }, -0.0001],
    ["convert(convert(latency, 'ms'), 's')", { latency: 1.1 }, 1.1],
  ] as const) {
    it(`is exact in decimals: ${expression} of ${JSON.stringify(record)} is ${value}`, () => {
      expect(evaluate(expression, record)).to.equal(value);
    });
  }
});
