import { loadInstalledAdapters } from '@sluice/core/config';
import type { AdapterProvider } from './adapter-provider.js';

/** Packages (`use: "@acme/sluice-foo"`) and files (`use: ./foo.js`) that are installed beside a pipeline file. */
export const installedAdapters: AdapterProvider = {
  definitions: [],
  addUsedBy: loadInstalledAdapters,
};
