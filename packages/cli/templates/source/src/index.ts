export { exampleSource } from './example-source.js';
export { exampleSource as definition } from './example-source.js';
