import { expect } from 'chai';
import { storageError } from '#src/storage-error.js';

const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });

describe('an error of the files of a state', () => {
  it('asks for the permission that is missing', () => {
    expect(storageError('read', '/state/acme', denied).message).to.match(/^cannot read .*; let this user read it/u);
    expect(storageError('lock', '/state/acme', denied).message).to.match(/^cannot lock .*; let this user write there/u);
  });
});
