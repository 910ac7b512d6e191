import { createServer } from 'node:http';
import { createSluice } from '@sluice/sluice';

/** A service that exports on demand: POST / runs the pipeline once, GET / reports its health. */
export async function exportService(pipelineOrFile, options = {}) {
  const sluice = createSluice(options);
  const pipeline = await sluice.load(pipelineOrFile);

  async function answer(method) {
    const result = method === 'POST' ? await pipeline.run() : undefined;
    const { status } = await pipeline.status();
    return { outcome: result?.outcome, error: result?.failure?.message, health: status.health };
  }

  return createServer((request, response) => {
    const send = (status, body) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(sluice.redactor.redact(JSON.stringify(body)));
    answer(request.method).then(
      (body) => send(body.error === undefined ? 200 : 500, body),
      (error) => send(500, { error: String(error) }),
    );
  });
}
