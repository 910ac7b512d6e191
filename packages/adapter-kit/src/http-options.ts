import { duration } from '@sluice/core/adapter';
import { z } from 'zod';

/** A time-out. Never 0: without a limit a request could hang for ever. */
export function timeout(fallback: string) {
  return duration()
    .refine((ms) => ms > 0, 'must be longer than 0')
    .prefault(fallback);
}

/** The options that every HTTP adapter shares: spread them into the `z.strictObject` of a source. */
export const httpTimeouts = {
  connectTimeout: timeout('10s').describe('How long name lookup, connection and TLS handshake may each take.'),
  requestTimeout: timeout('60s').describe('How long a whole request may take.'),
};

/** The options that every HTTP sink shares: spread them into its `z.strictObject`. */
export const httpOptions = {
  gzip: z.boolean().default(true).describe('Whether requests are compressed.'),
  ...httpTimeouts,
};

/** In milliseconds. */
export interface HttpTimeouts {
  readonly connectTimeout: number;
  readonly requestTimeout: number;
}

export interface HttpOptions extends HttpTimeouts {
  readonly gzip: boolean;
}
