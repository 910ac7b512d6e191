export { FileStateStore, fileStateStore } from './file-state-store.js';
export { fileStateModule } from './module.js';
