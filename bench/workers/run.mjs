// Several workers on one pipeline: `npm run bench:workers -- faults`, `… -- latency` and `… -- cpu`. Ends with 1 when
// something is wrong, and with 2 where it cannot be shown.
import { showCurve } from './curve/show-curve.mjs';
import { writeDocs } from './curve/write-docs.mjs';
import { whyNoNamespaces } from './faults/network.mjs';
import { showFaults } from './faults/show-faults.mjs';
import { readOptions } from './options.mjs';
import { killWorkers } from './worker.mjs';

const options = readOptions(process.argv.slice(2));
if (options === undefined) refuse('say what to show: faults, latency or cpu');
const obstacle = options.show === 'faults' ? whyNoNamespaces() : undefined;
if (obstacle !== undefined) refuse(`no network namespaces: ${obstacle}`);

const begunMs = performance.now();
const report = (text) => console.error(`${((performance.now() - begunMs) / 1000).toFixed(0).padStart(5)} s  ${text}`);
const closing = [];
const onClose = (close) => closing.unshift(close);
let closed;
let isStopped = false;

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    isStopped = true;
    report('stopping');
    void closeAll().finally(() => process.exit(130));
  });
}

process.exitCode = await outcome();
await closeAll();
// Whatever still waits has nothing to wait for.
process.exit();

async function outcome() {
  try {
    const show = options.show === 'faults' ? showFaults : showCurve;
    const problems = await show(options, { report, onClose });
    if (options.save && options.show !== 'faults') writeDocs();
    for (const problem of problems) console.error(`wrong: ${problem}`);
    console.error(problems.length === 0 ? 'as it should be' : `${problems.length} things are wrong`);
    return problems.length === 0 ? 0 : 1;
  } catch (error) {
    if (!isStopped) console.error(error);
    return isStopped ? 130 : 1;
  }
}

/** Ends and removes everything that was started. */
function closeAll() {
  closed ??= (async () => {
    killWorkers();
    for (const close of closing) {
      try {
        await close();
      } catch (error) {
        console.error(error);
      }
    }
  })();
  return closed;
}

function refuse(reason) {
  console.error(reason);
  process.exit(2);
}
