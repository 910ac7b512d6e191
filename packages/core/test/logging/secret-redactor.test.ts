import { expect } from 'chai';
import { SecretRedactor } from '#src/logging/secret-redactor.js';

describe('the redactor of secrets', () => {
  it('hides a secret with half of a character, which an escape of YAML can make', () => {
    const redactor = new SecretRedactor();
    redactor.add('sesame\uD800open');
    expect(redactor.redact('a sesame\uD800open b')).to.equal('a [redacted] b');
    expect(redactor.redact('a sesame%EF%BF%BDopen b')).to.equal('a [redacted] b');
  });
});
