import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStateStore } from '@sluice/file-state';
import { describeStateStore, manualRuntime, recordingLogger } from '@sluice/testkit';

describeStateStore({
  name: 'FileStateStore',
  create: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-state-'));
    const reopen = async () => new FileStateStore(directory, { logger: recordingLogger(), runtime: manualRuntime() });
    return {
      store: await reopen(),
      reopen,
      dispose: async () => rm(directory, { recursive: true }),
    };
  },
});
