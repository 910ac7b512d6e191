import { expect } from 'chai';
import { runHere } from '../run-here.js';

describe('an option that takes one value', () => {
  for (const [option, ...args] of [
    ['--env-file', 'run', 'a.yaml', '--env-file', 'a', '--env-file', 'b'],
    ['--log-level', 'run', 'a.yaml', '--log-level', 'info', '--log-level', 'debug'],
    ['--stream', 'backfill', 'a.yaml', '--from', '2026', '--to', '2027', '--stream', 'a', '--stream=b'],
    ['--source', 'init', '--source', 'a', '--source', 'b'],
    ['--limit', 'preview', 'a.yaml', '--limit', '1', '--limit', '2'],
    ['--parallel', 'backfill', 'a.yaml', '--from', '2026', '--to', '2027', '--parallel', '1', '--parallel', '2'],
    ['--config', 'diff', 'a.yaml', 'b.yaml', '--config', 'a', '--config', 'b'],
  ] as const) {
    it(`is refused when it is given twice: ${args[0]} ${option}`, async () => {
      const { code, text } = await runHere(...args);
      expect(code).to.equal(2);
      expect(text).to.match(new RegExp(`^sluice: ${option} is given twice\n`, 'u'));
    });
  }

  for (const [option, ...args] of [
    ['--env-file', 'run', 'a.yaml', '--env-file'],
    ['--env-file', 'run', '--env-file', '--json', 'a.yaml'],
    ['--env-file', 'run', 'a.yaml', '--env-file='],
    ['--limit', 'preview', 'a.yaml', '--limit'],
    ['--listen', 'start', 'a.yaml', '--listen'],
  ] as const) {
    it(`is refused without one: ${args.join(' ')}`, async () => {
      const { code, text } = await runHere(...args);
      expect(code).to.equal(2);
      expect(text).to.match(new RegExp(`^sluice: ${option} needs a value\n`, 'u'));
    });
  }

  for (const [option, value, ...args] of [
    ['--max-lag', '-3h', 'status', 'a.yaml'],
    ['--grace', '-1s', 'start', 'a.yaml'],
  ] as const) {
    it(`takes what looks like another option for its value: ${option} ${value}`, async () => {
      const { code, text } = await runHere(...args, option, value);
      expect(code).to.equal(2);
      expect(text).to.include(`invalid ${option} ${value}: expected a number and a unit`);
    });
  }

  it('leaves those that take several as they are', async () => {
    expect((await runHere('lint', 'a.yaml', 'b.yaml')).text)
      .to.include('a.yaml')
      .and.include('b.yaml');
    expect((await runHere('init', '--yes', '--set', 'a', '--set', 'b')).text).to.include('--set a: expected');
    expect((await runHere('start', 'a.yaml', '--no-listen')).text).to.include('a.yaml');
  });
});
