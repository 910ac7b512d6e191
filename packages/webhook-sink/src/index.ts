export { webhookSink, webhookSink as definition } from './definition.js';
