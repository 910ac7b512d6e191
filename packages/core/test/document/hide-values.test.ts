import { expect } from 'chai';
import { hideValues } from '#src/document/hide-values.js';

function hidden(text: string, values: Readonly<Record<string, string>>): string {
  return hideValues(text, new Map(Object.entries(values)));
}

describe('a message that quotes values', () => {
  it('has their names in place of them, wherever they are', () => {
    expect(hidden('"topsecret" is no label: topsecret', { topsecret: '${LABEL}' })).to.equal(
      '"${LABEL}" is no label: ${LABEL}',
    );
  });

  it('stays readable when a value is so short that it is in any sentence', () => {
    const text = 'expected a number, but "a" is 1 of 10 letters';
    expect(hidden(text, { a: '${A}', 1: '${ONE}', is: '${IS}' })).to.equal(
      'expected a number, but "${A}" is 1 of 10 letters',
    );
  });

  it('is looked at once: what was put in is not replaced again', () => {
    expect(hidden('hunter2 and LABEL', { hunter2: '${LABEL}', LABEL: '${OTHER}' })).to.equal('${LABEL} and ${OTHER}');
  });

  it('hides the longer of two values that begin alike', () => {
    expect(hidden('secretive', { secret: '${A}', secretive: '${B}' })).to.equal('${B}');
  });

  it('takes values literally', () => {
    expect(hidden('a.*b/(c) aXXb', { 'a.*b/(c)': '${A}' })).to.equal('${A} aXXb');
  });

  it('is left as it is for an empty value', () => {
    expect(hidden('abc', { '': '${EMPTY}' })).to.equal('abc');
  });
});
