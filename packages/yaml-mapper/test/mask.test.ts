import type { JsonValue } from '@sluice/core/adapter';
import { expect } from 'chai';
import { aMapping, loadFiles, mapRecord } from './load-text.js';

const loaded = loadFiles({ 'main.yaml': aMapping('x: mask(metadata.text)\ny: text(mask(metadata.text))\n') });

function masked(value: JsonValue, name: 'x' | 'y' = 'x'): unknown {
  const mapped = mapRecord(loaded, { id: 't', timestamp: 0, 'metadata/text': value });
  if (mapped.kind !== 'events') throw new Error(JSON.stringify(mapped));
  const properties = mapped.events[0]?.['properties'];
  return new Map<string, unknown>(Object.entries(properties ?? {})).get(name);
}

describe('a masked text', () => {
  for (const [text, expected] of [
    ['Ada <ada.lovelace+x@mail.example.co.uk>!', 'Ada <[email]>!'],
    ['jürgen@bücher.example', '[email]'],
    ['card 4111 1111 1111 1111, or 4111-1111-1111-1111', 'card [number], or [number]'],
    ['call +49 (170) 1234567 now', 'call [number] now'],
    ['id 123456789', 'id [number]'],
    ['Authorization: Bearer abcdefghijklmnop.qrst', 'Authorization: Bearer [secret]'],
    ['key sk-proj-A1b2C3d4E5f6G7h8I9j0K1', 'key [secret]'],
    ['AKIAIOSFODNN7EXAMPLE', '[secret]'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_d end', 'jwt [secret] end'],
  ] as const) {
    it(`is ${expected}`, () => expect(masked(text)).to.equal(expected));
  }

  for (const text of [
    'on 2026-01-31 09:30:00, at 2026-01-31T09:30:00.123Z',
    '0.123456789012',
    'a state-of-the-art-language-model',
    '12345678 and 1,234,567,890',
    'me @ home, @ada, a@b',
    'gpt-4o-mini-2024-07-18',
    '7f2c9a10b3d1',
  ]) {
    it(`stays as it is: ${text}`, () => expect(masked(text)).to.equal(text));
  }

  it('is masked at every depth, and nothing else changes', () => {
    const value = { 'a@b.example': ['x@y.example', 5, null, { deep: [true, '1234567890'] }] };
    expect(masked(value)).to.deep.equal({ 'a@b.example': ['[email]', 5, null, { deep: [true, '[number]'] }] });
  });

  it('can be used as a text again', () => expect(masked('a@b.example', 'y')).to.equal('[email]'));

  it('may be large and repeat what a pattern begins with', () => {
    for (const part of ['eyJ', 'a', '1', '1 ', 'sk-', 'Bearer ', 'a@', 'a.'])
      expect(masked(part.repeat(100_000))).to.be.a('string');
  });
});
