import { ConfigError } from '@sluice/core/adapter';
import { didYouMean } from '@sluice/core/document';

/** Throws `ConfigError` for a stream that is not known. */
export function requireStream(stream: string | undefined, known: readonly string[]): void {
  if (stream === undefined || known.includes(stream)) return;
  throw new ConfigError([], `unknown stream \`${stream}\`; ${didYouMean(stream, known)}`);
}
