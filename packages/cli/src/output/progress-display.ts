import type { Runtime } from '@sluice/core/adapter';
import type { RunProgress } from '@sluice/core/engine';
import { SingleBar } from 'cli-progress';
import type { Terminal } from '../terminal.js';
import { integer } from './table.js';

const STEPS = 1000;

/** A bar on stderr while somebody watches; nothing otherwise. */
export function progressDisplay(
  terminal: Terminal,
  runtime: Runtime,
): { readonly update: (progress: RunProgress) => void; readonly end: () => void } {
  if (!terminal.interactive) return { update: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    format: '{stream} {bar} {percentage}% · {events} events · {rate}/s · {remaining}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  let stream = '';
  let begunMs = 0;
  let finished = 0;
  let inWindow: { readonly key: string; events: number } = { key: '', events: 0 };
  return {
    update: (progress) => {
      if (progress.stream !== stream) {
        stream = progress.stream;
        begunMs = runtime.monotonicMs();
        finished = 0;
        inWindow = { key: '', events: 0 };
        bar.start(STEPS, 0, { stream, events: '0', rate: '0', remaining: '' });
      }
      const key = `${progress.purpose} ${progress.window.from}`;
      if (key !== inWindow.key) {
        finished += inWindow.events;
        inWindow = { key, events: 0 };
      }
      inWindow.events = progress.eventsFinal;
      const events = finished + inWindow.events;
      const seconds = (runtime.monotonicMs() - begunMs) / 1000;
      bar.update(Math.floor(progress.share * STEPS), {
        stream,
        events: integer(events),
        rate: integer(seconds > 0 ? events / seconds : 0),
        remaining: remaining(progress.share, seconds),
      });
    },
    end: () => bar.stop(),
  };
}

function remaining(share: number, seconds: number): string {
  if (share < 0.01 || seconds < 2) return 'estimating';
  const left = Math.ceil((seconds / share) * (1 - share));
  return left < 60 ? `${left} s left` : `${Math.ceil(left / 60)} min left`;
}
