import type { Runtime } from '../contracts/runtime.js';
import type { ScheduleNews } from '../contracts/scheduler.js';
import type { StateReader } from '../contracts/state-store.js';
import type { PipelineMonitor } from './pipeline-monitor.js';

/** How often the state is read while another process runs the pipeline. */
const READ_EVERY_MS = 30_000;

interface Watched {
  readonly state: StateReader;
  readonly streams: readonly string[];
  readonly monitor: PipelineMonitor;
  readonly runtime: Pick<Runtime, 'monotonicMs'>;
}

/**
 * Tells the monitor where the pipeline runs. While another process runs it, and once after, the monitor learns from the
 * state how it is: nothing of that run is observed here.
 */
export function watchSchedule({ state, streams, monitor, runtime }: Watched): (news: ScheduleNews) => void {
  let isElsewhere = false;
  /** A run has ended elsewhere since the state was read. */
  let hasEnded = false;
  let readAt = Number.NEGATIVE_INFINITY;
  const readState = async (): Promise<void> => {
    readAt = runtime.monotonicMs();
    // Whoever runs the pipeline reports that the state cannot be read.
    const known = await state.read().catch(() => undefined);
    if (known && !monitor.isRunning) monitor.restore(known, streams, { ranElsewhere: true });
  };
  return (news) => {
    monitor.scheduled(news);
    if (news.kind === 'failing') return;
    hasEnded ||= isElsewhere && news.kind !== 'elsewhere';
    isElsewhere = news.kind === 'elsewhere';
    // One that was joined may have ended while this process still works on a window.
    if (monitor.isRunning) return;
    if (!hasEnded && !(isElsewhere && runtime.monotonicMs() - readAt >= READ_EVERY_MS)) return;
    hasEnded = false;
    void readState();
  };
}
