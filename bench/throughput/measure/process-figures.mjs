// What the kernel knows about processes, from /proc: Linux only.
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts CPU in hundredths of a second. */
const TICK_MS = 10;

/** CPU of this process's children that have ended, and of theirs: the difference around a child is what it used. */
export function endedChildrenCpuMs() {
  const { childTicks } = statOf('self');
  return childTicks * TICK_MS;
}

/** CPU of a process and of all processes that it started, whether they have ended or not. */
export function treeCpuMs(pid) {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const stat = statOf(name);
        return stat === undefined ? [] : [[name, stat]];
      }),
  );
  let ticks = 0;
  for (const [name, stat] of parents) {
    if (name === String(pid) || stat.parent === pid) ticks += stat.ticks + stat.childTicks;
  }
  return ticks * TICK_MS;
}

/** For how long the processors have been busy, with whatever, since the machine started. */
export function busyMs() {
  const [user, nice, system, , , irq, softIrq] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]
    .split(/\s+/)
    .slice(1);
  return [user, nice, system, irq, softIrq].reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
}

/** The most memory that a process has had at once, in bytes; undefined when it has ended. */
export function peakRssBytes(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

/** The processes that a process has started and that run. */
export function childPids(pid) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(name)?.parent === pid)
    .map(Number);
}

export function parentOf(pid) {
  return statOf(pid).parent;
}

/** The fields after the name of the program, which is in parentheses and may contain anything: proc(5). */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return { parent: fields[1], ticks: fields[11] + fields[12], childTicks: fields[13] + fields[14] };
  } catch {
    return undefined;
  }
}
