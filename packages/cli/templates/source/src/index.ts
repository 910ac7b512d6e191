export { exampleSource, exampleSource as definition } from './example-source.js';
