import type { CheckResult } from '@sluice/core/adapter';
import { replicaDelayMs } from '../read/replica-delay.js';
import type { CheckContext } from './check-context.js';

const WORTH_A_WARNING_MS = 60_000;

/** How far the replica that answers is behind the others. Nothing is reported where the tables are not replicated. */
export async function replicaFindings({ connection, signal }: CheckContext): Promise<readonly CheckResult[]> {
  const name = 'replica';
  const delayMs = await replicaDelayMs(connection, signal);
  if (delayMs === undefined) return [];
  const message = `${(delayMs / 1000).toFixed(0)} s behind the others`;
  if (delayMs < WORTH_A_WARNING_MS) return [{ name, outcome: 'good', message }];
  const fix = 'see system.replication_queue; until it has caught up, the export waits for it';
  return [{ name, outcome: 'warning', message, fix }];
}
