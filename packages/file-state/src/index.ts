export { fileStateStore } from './definition.js';
export { FileStateStore } from './file-state-store.js';
export { fileStateModule } from './module.js';
