import type { Sink } from '../../contracts/sink.js';
import type { Source } from '../../contracts/source.js';
import { Retry, type RetryContext } from './retry.js';

/** Opens a source for a command that only reads it. Gives up after three attempts. */
export async function openSource(source: Source, signal: AbortSignal, context: RetryContext): Promise<void> {
  await new Retry('source', context).call(() => source.open({ signal }), signal);
}

/** Opens a sink. `attempts`: how often to try; default: 3. */
export async function openSink(
  sink: Sink,
  signal: AbortSignal,
  context: RetryContext,
  attempts?: number,
): Promise<void> {
  await new Retry('sink', context, attempts).call(() => sink.open({ signal }), signal);
}
