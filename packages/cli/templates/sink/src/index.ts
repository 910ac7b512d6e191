export { exampleSink } from './example-sink.js';
export { exampleSink as definition } from './example-sink.js';
