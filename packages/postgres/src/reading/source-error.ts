import { RefusedError, TransientError } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import { isReadTimeout, postgresFailure, type FailureRule } from '../postgres-failure.js';

/** What failures of a source's statements call for. A source adds what it knows of its tables. */
const RULES: readonly FailureRule[] = [
  ['40001', 'transient', 'the replica needed the rows that were being read, or a transaction conflicted'],
  ['0A000', 'transient', 'a table changed while it was read'],
  ['22', 'setup', 'a value cannot be read'],
  ['XX001', 'setup', 'the table is damaged: restore it from a backup or a replica'],
  ['XX002', 'setup', 'an index is damaged: REINDEX it'],
  ['3D000', 'setup', 'correct the database name in url'],
  ['3F000', 'setup', 'correct schema= in url'],
  ['42501', 'setup', 'the role lacks a permission: sluice check prints the statements that grant it'],
];

/** A statement took too long for the server, for a replica's recovery or for the network. A smaller one may not. */
export class SlowStatementError extends TransientError {
  /** Whether it ran into the statement's own time limit, which the options set. */
  readonly isTimeLimit: boolean;

  constructor(message: string, options: ErrorOptions & { readonly isTimeLimit: boolean }) {
    super(message, options);
    this.isTimeLimit = options.isTimeLimit;
  }
}

/** A value in one of the rows makes the whole statement fail. */
export class UnreadableRowError extends SourceDriftError {}

/**
 * 57014: the statement's time limit; 25P04: that of a transaction; 40001: on a replica, the limit of how long recovery waits
 * for a statement.
 */
const SLOW_CODES = new Set(['57014', '25P04', '40001']);

/**
 * What the engine should do about an error, by the contract of `Source`; the error itself when it is a bug. The rules of the
 * source take precedence.
 */
export function translateSourceError(error: unknown, place: string, rules: readonly FailureRule[] = []): unknown {
  const failure = postgresFailure(error, [...rules, ...RULES]);
  if (failure === undefined || failure.kind === 'unknown') return error;
  const { kind, code, report, isConnecting } = failure;
  const message = `${place}: ${report}; ${failure.advice ?? 'the database cannot be reached'}`;
  if (kind === 'credentials') return new RefusedError('credentials', message, { cause: error });
  if (!isConnecting && /^(?:22|XX001)/.test(code)) return new UnreadableRowError(message, { cause: error });
  if (kind === 'setup') return new SourceDriftError(message, { cause: error });
  if (SLOW_CODES.has(code) || isReadTimeout(error)) {
    return new SlowStatementError(message, { cause: error, isTimeLimit: code === '57014' });
  }
  return new TransientError(message, { cause: error });
}
