import { resolve } from 'node:path';
import { API_VERSION } from '@sluice/core/adapter';
import type { StateStoreDefinition } from '@sluice/core/state';
import { fileStateConfig, type FileStateConfig } from './config.js';
import { FileStateStore } from './file-state-store.js';

/** `state: { use: file }`, the default. */
export const fileStateStore: StateStoreDefinition<FileStateConfig> = {
  kind: 'state',
  apiVersion: API_VERSION,
  type: 'file',
  doc: 'Files on this machine, one folder per pipeline.',
  config: fileStateConfig,
  create: ({ directory }, { logger, runtime, baseDirectory }) =>
    // An earlier version started a relative directory at the current one.
    new FileStateStore(resolve(baseDirectory, directory), { logger, runtime }, { formerDirectory: resolve(directory) }),
};
