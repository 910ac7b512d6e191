export { segmentSink, segmentSink as definition } from './definition.js';
