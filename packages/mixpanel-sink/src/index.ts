export { mixpanelSink, mixpanelSink as definition } from './definition.js';
