import { expect } from 'chai';
import { hideValues } from '#src/document/hide-values.js';

function hidden(text: string, values: Readonly<Record<string, string>>): string {
  return hideValues(text, new Map(Object.entries(values)));
}

describe('hiding values in a message', () => {
  it('replaces every value by its name', () => {
    expect(hidden('"topsecret" is no label: topsecret', { topsecret: '${LABEL}' })).to.equal(
      '"${LABEL}" is no label: ${LABEL}',
    );
  });

  it('replaces a very short value only where it is quoted', () => {
    const text = 'expected a number, but "a" is 1 of 10 letters';
    expect(hidden(text, { a: '${A}', 1: '${ONE}', is: '${IS}' })).to.equal(
      'expected a number, but "${A}" is 1 of 10 letters',
    );
  });

  it('does not replace inside a replacement', () => {
    expect(hidden('hunter2 and LABEL', { hunter2: '${LABEL}', LABEL: '${OTHER}' })).to.equal('${LABEL} and ${OTHER}');
  });

  it('prefers the longer of two values that begin alike', () => {
    expect(hidden('secretive', { secret: '${A}', secretive: '${B}' })).to.equal('${B}');
  });

  it('takes values literally', () => {
    expect(hidden('a.*b/(c) aXXb', { 'a.*b/(c)': '${A}' })).to.equal('${A} aXXb');
  });

  it('ignores an empty value', () => {
    expect(hidden('abc', { '': '${EMPTY}' })).to.equal('abc');
  });
});
