import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const COMMAND = fileURLToPath(new URL('../bin/sluice-posthog-simulator.js', import.meta.url));

async function text(stream: AsyncIterable<Buffer> | null): Promise<string> {
  let all = '';
  for await (const chunk of stream ?? []) all += String(chunk);
  return all;
}

describe('the command sluice-posthog-simulator', () => {
  it('prints its address, takes events and ends when it is told to', async () => {
    const child = spawn(process.execPath, [COMMAND, '--v1', '--key', 'phc_a', '--refuse']);
    const [line] = await once(child.stdout, 'data');
    const url = String(line).trim();
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    const body = JSON.stringify({ api_key: 'phc_b', batch: [{ event: 'a', distinct_id: 'u' }] });
    expect((await fetch(`${url}/batch/`, { method: 'POST', body })).status).to.equal(401);
    const good = body.replace('phc_b', 'phc_a');
    expect((await fetch(`${url}/batch/`, { method: 'POST', body: good })).status).to.equal(200);
    const log = text(child.stderr);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).to.equal(0);
    expect(await log).to.equal('POST /batch 401 (0 events, 0 dropped)\nPOST /batch 200 (1 events, 0 dropped)\n');
  });

  for (const wrong of ['--prot', '--port=x']) {
    it(`prints its usage for ${wrong}`, async () => {
      const child = spawn(process.execPath, [COMMAND, wrong]);
      const log = text(child.stderr);
      const [code] = await once(child, 'exit');
      expect(code).to.equal(2);
      expect(await log).to.include('--port N');
    });
  }
});
