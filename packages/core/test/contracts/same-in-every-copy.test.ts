import { expect } from 'chai';
import type * as secret from '#src/config/secret.js';
import { secretsIn, revealedSecrets } from '#src/config/secret.js';
import type * as errors from '#src/contracts/errors.js';
import { ConfigError, RefusedError, SluiceError, TransientError } from '#src/contracts/errors.js';
import type * as exactNumber from '#src/contracts/exact-number.js';
import { ExactNumber } from '#src/contracts/exact-number.js';
import { z } from 'zod';

/** What an adapter in a folder with its own `node_modules` gets: the module once more. */
async function aCopyOf<Module>(specifier: string): Promise<Module> {
  return (await import(`${import.meta.resolve(specifier)}?copy`)) as Module;
}

describe('what an adapter makes with a copy of the package of its own', () => {
  it('is an error of the contracts, and of one kind alone', async () => {
    const copy = await aCopyOf<typeof errors>('#src/contracts/errors.js');
    const error = new copy.TransientError('busy', { retryAfterMs: 5 });
    expect(copy.TransientError).not.to.equal(TransientError);
    expect(error).to.be.instanceOf(TransientError).and.to.be.instanceOf(SluiceError);
    expect(error).not.to.be.instanceOf(RefusedError);
    expect(new copy.ConfigError([])).to.be.instanceOf(ConfigError);
    expect(new Error('busy')).not.to.be.instanceOf(SluiceError);
  });

  it('is no error of a subclass that someone else defines', () => {
    class OwnError extends TransientError {}
    expect(new OwnError('busy')).to.be.instanceOf(OwnError).and.to.be.instanceOf(TransientError);
    expect(new TransientError('busy')).not.to.be.instanceOf(OwnError);
  });

  it('is a secret, which is found in a schema and in its output', async () => {
    const { secretText } = await aCopyOf<typeof secret>('#src/config/secret.js');
    const schema = z.strictObject({ key: secretText() });
    expect(secretsIn(schema, { key: 'hidden' })).to.deep.equal(['hidden']);
    expect(revealedSecrets(schema.parse({ key: 'hidden' }))).to.deep.equal(['hidden']);
  });

  it('is an exact number', async () => {
    const copy = await aCopyOf<typeof exactNumber>('#src/contracts/exact-number.js');
    expect(new copy.ExactNumber('12345678901234567890')).to.be.instanceOf(ExactNumber);
  });
});
