import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { untilStopped, type SignalledProcess } from '#src/process/stop-signals.js';

/** A process whose time passes only with `advance`. */
function aProcess() {
  const signals = new EventEmitter();
  const exits: unknown[] = [];
  let uptime = 100;
  const signalled = Object.assign(signals, {
    uptime: () => uptime,
    // The real one does not return; here the work goes on.
    exit: (code: unknown) => exits.push(code),
  }) as unknown as SignalledProcess;
  return {
    signalled,
    exits,
    advance: (seconds: number) => {
      uptime += seconds;
    },
    send: (name: NodeJS.Signals) => signals.emit(name, name),
    get listeners() {
      return signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM');
    },
  };
}

/** Work that is asked to stop, and is sent more signals before it has stopped. */
async function stopped(more: (of: ReturnType<typeof aProcess>) => void) {
  const of = aProcess();
  const firsts: string[] = [];
  const code = await untilStopped(
    async (signal) => {
      of.send('SIGINT');
      expect(signal.aborted).to.equal(true);
      more(of);
      return 0;
    },
    (name) => firsts.push(name),
    of.signalled,
  );
  expect(firsts).to.deep.equal(['SIGINT']);
  expect(of.listeners).to.equal(0);
  return { code, exits: of.exits };
}

describe('work until it is stopped', () => {
  it('finishes after a signal, with the exit code of the signal', async () => {
    expect(await stopped(() => undefined)).to.deep.equal({ code: 130, exits: [] });
  });

  it('takes the signal that npx passes on for the one that it has', async () => {
    const { exits } = await stopped((of) => {
      of.advance(0.02);
      of.send('SIGINT');
    });
    expect(exits).to.deep.equal([]);
  });

  it('ends at once when somebody asks again', async () => {
    const { exits } = await stopped((of) => {
      of.advance(1);
      of.send('SIGINT');
    });
    expect(exits).to.deep.equal([130]);
  });

  it('ends at once at a signal of the other kind', async () => {
    const { exits } = await stopped((of) => of.send('SIGTERM'));
    expect(exits).to.deep.equal([143]);
  });
});
