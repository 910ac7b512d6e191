// Mocha's closing line, and then the CPU time of each file in seconds, with that of the processes that it started: Linux.
const { readdirSync, readFileSync } = require('node:fs');
const { relative } = require('node:path');
const ClosingLineReporter = require('./closing-line-reporter.cjs');

const TICKS_PER_SECOND = 100;

/** A process: its parent, and the ticks of its own and of its ended children. */
function readProcess(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), ticks };
  } catch {
    return undefined; // It has ended.
  }
}

/** The CPU time of this process and all below it, in seconds. */
function cpuSeconds() {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const processes = pids.map((pid) => readProcess(Number(pid))).filter((each) => each !== undefined);
  const ticksBelow = (pid) =>
    processes.filter(({ parent }) => parent === pid).reduce((sum, each) => sum + each.ticks + ticksBelow(each.pid), 0);
  const { ticks = 0 } = readProcess(process.pid) ?? {};
  return (ticks + ticksBelow(process.pid)) / TICKS_PER_SECOND;
}

function fileOf(runnable) {
  for (let each = runnable; each; each = each.parent) if (each.file) return relative(process.cwd(), each.file);
  return undefined;
}

module.exports = class CpuReporter extends ClosingLineReporter {
  constructor(runner, options) {
    super(runner, options);
    const seconds = new Map();
    let file = 'loading the files';
    let last = 0;
    const turnTo = (next) => {
      if (next === undefined || next === file) return;
      const now = cpuSeconds();
      seconds.set(file, (seconds.get(file) ?? 0) + now - last);
      file = next;
      last = now;
    };
    runner.on('suite', (suite) => turnTo(fileOf(suite)));
    runner.on('test', (test) => turnTo(fileOf(test)));
    runner.once('end', () => {
      turnTo('');
      const rows = [...seconds].toSorted(([, one], [, other]) => other - one);
      for (const [name, each] of rows) process.stdout.write(`${each.toFixed(2).padStart(7)} ${name}\n`);
    });
  }
};
