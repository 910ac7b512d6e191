import { exportService } from './export-service.js';

const [, , file = 'pipeline.yaml', port = '8080'] = process.argv;
const server = await exportService(file);
server.listen(Number(port), '127.0.0.1');
