import { ConfigError } from '@sluice/core/adapter';
import { closest } from './output/did-you-mean.js';

/** Throws `ConfigError` for a `--stream` that the mapping does not read, with the one that was probably meant. */
export function requireStream(stream: string | undefined, known: readonly string[]): void {
  if (stream === undefined || known.includes(stream)) return;
  const meant = closest(stream, known);
  const hint = meant === undefined ? `The mapping reads ${known.join(', ')}` : `Did you mean "${meant}"?`;
  throw new ConfigError([], `the mapping reads no stream "${stream}". ${hint}`);
}
