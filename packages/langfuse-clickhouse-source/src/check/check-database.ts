import { SluiceError, type CheckResult } from '@sluice/core/adapter';
import { PROJECTS_FINDING } from '@sluice/langfuse-records';
import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import { LangfuseTables, type FoundTables } from '../layout/langfuse-tables.js';
import { checkAccess } from './check-access.js';
import type { CheckContext, CheckOptions } from './check-context.js';
import { historyFindings } from './check-history.js';
import { latenessFindings } from './check-lateness.js';
import { projectNamesFindings, projectsFinding } from './check-projects.js';
import { replicaFindings } from './check-replica.js';
import { rightsFindings } from './check-rights.js';
import { versionFinding } from './check-version.js';

/** Checks everything that a run needs. */
export async function checkDatabase(
  connection: ClickHouseConnection,
  options: CheckOptions,
): Promise<readonly CheckResult[]> {
  const { signal, config } = options;
  const access = await checkAccess(connection, options);
  if (access.some(({ outcome }) => outcome === 'bad')) return access;
  let tables: FoundTables;
  try {
    tables = await new LangfuseTables(connection, config, options.now).find(signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SluiceError)) throw error;
    const fix = 'let the user read system.columns, and make sure that the server answers';
    return [...access, { name: 'Langfuse version', outcome: 'bad', message: error.message, fix }];
  }
  const context = { ...options, connection, tables };
  const version = versionFinding(context);
  if (version.some(({ outcome }) => outcome === 'bad')) return [...access, ...version];
  const further: readonly (readonly [name: string, check: (given: CheckContext) => Promise<readonly CheckResult[]>])[] =
    [
      ['further permissions', rightsFindings],
      ['replica', replicaFindings],
      [PROJECTS_FINDING, projectsFinding],
      ['project names', projectNamesFindings],
      ['history', historyFindings],
      ['settle', latenessFindings],
    ];
  const results = [...access, ...version];
  for (const [name, check] of further) results.push(...(await attempt(name, check, context)));
  return results;
}

/** A check that fails is reported as unknown; the others still run. */
async function attempt(
  name: string,
  check: (context: CheckContext) => Promise<readonly CheckResult[]>,
  context: CheckContext,
): Promise<readonly CheckResult[]> {
  try {
    return await check(context);
  } catch (error) {
    context.signal?.throwIfAborted();
    if (!(error instanceof SluiceError)) throw error;
    return [{ name, outcome: 'unknown', message: error.message }];
  }
}
