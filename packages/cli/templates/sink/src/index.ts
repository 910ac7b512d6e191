export { exampleSink, exampleSink as definition } from './example-sink.js';
