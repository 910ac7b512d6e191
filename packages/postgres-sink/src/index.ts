export { postgresSink, postgresSink as definition } from './definition.js';
