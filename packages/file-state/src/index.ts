export { fileStateStore } from './definition.js';
export { FileStateStore } from './file-state-store.js';
