import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { expect } from 'chai';
import { Secret } from '#src/config/secret.js';
import { createLogger } from '#src/logging/create-logger.js';
import { SecretRedactor } from '#src/logging/secret-redactor.js';

const SERVICE = import.meta.resolve('@sluice/core/service');

function aLogger() {
  const lines: string[] = [];
  const redactor = new SecretRedactor();
  return { logger: createLogger({ level: 'info', redactor, write: (line) => void lines.push(line) }), lines, redactor };
}

describe('the logger', () => {
  it('never writes a secret: not by its type, not in an error that quotes it, encoded or not', () => {
    const { logger, lines, redactor } = aLogger();
    const url = new Secret('postgres://user:p%40ss%22word@db.example.com/langfuse');
    redactor.add(url.reveal());
    const err = new Error('password p@ss"word refused for postgres://user:p%40ss%22word@db.example.com/langfuse');
    logger.error({ url, err, nested: { password: 'p@ss"word' } }, 'cannot connect with p%40ss%22word');
    expect(lines).to.have.length(1);
    expect(lines[0]).to.not.match(/p@ss|p%40ss/u);
    expect(JSON.parse(lines[0] ?? '')).to.include({ url: '[redacted]', msg: 'cannot connect with [redacted]' });
  });

  it('stays valid JSON when a secret is the digits of a number', () => {
    const { logger, lines, redactor } = aLogger();
    const key = new Secret('12345678');
    redactor.add(key.reveal());
    logger.info({ count: 1_234_567_890, key, text: 'is 12345678' }, 'counted');
    expect(JSON.parse(lines[0] ?? '')).to.include({ count: 1_234_567_890, text: 'is [redacted]' });
  });

  it('loses its lines and not the process when stderr cannot be written', () => {
    const full = openSync('/dev/full', 'w');
    const script = `import { createLogger, SecretRedactor } from '${SERVICE}';
      const logger = createLogger({ level: 'info', redactor: new SecretRedactor() });
      for (const count of [1, 2]) setTimeout(() => logger.info({ count }, 'counted'), count);
      setTimeout(() => console.log('alive'), 20);`;
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', full],
    });
    closeSync(full);
    expect([status, stdout]).to.deep.equal([0, 'alive\n']);
  });

  it('knows the secrets of its own redactor alone', () => {
    const [first, second] = [aLogger(), aLogger()];
    first.redactor.add('hunter2secret');
    for (const { logger } of [first, second]) logger.info({}, 'hunter2secret');
    expect([first.lines[0], second.lines[0]].map((line) => JSON.parse(line ?? '').msg)).to.deep.equal([
      '[redacted]',
      'hunter2secret',
    ]);
  });
});
