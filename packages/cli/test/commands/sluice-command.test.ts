import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { sluiceCommand } from '#src/commands/sluice-command.js';
import { processTerminal, type Streams } from '#src/terminal/terminal.js';

/** What a command prints that is stopped by a signal, and its exit code. */
async function stoppedBy(name: 'SIGINT' | 'SIGTERM'): Promise<readonly [string, number]> {
  const stderr = new PassThrough({ encoding: 'utf8' });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what a command uses of a terminal
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr } as unknown as Streams;
  const command = sluiceCommand({
    options: (argv) => argv,
    stopping: 'finishing',
    act: async () => {
      process.emit(name, name);
      return 0;
    },
  });
  const code = await command.handler(
    { _: [], $0: 'sluice' },
    { terminal: processTerminal({}, streams), environment: {} },
  );
  return [String(stderr.read()), code];
}

describe('a command that is asked to stop', () => {
  it('says how to end it at once, by what stopped it', async () => {
    expect(await stoppedBy('SIGINT')).to.deep.equal(['\nsluice: finishing; press again to end at once\n', 130]);
    expect(await stoppedBy('SIGTERM')).to.deep.equal(['\nsluice: finishing; a second signal ends at once\n', 143]);
  });
});
