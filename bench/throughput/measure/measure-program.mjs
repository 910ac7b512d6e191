import { runProcess } from './run-process.mjs';

/** What every program is told; the time zone, because Langfuse's times are UTC without saying so. */
const ENVIRONMENT = {
  LANGFUSE_URL: 'https://langfuse.example.com',
  POSTHOG_API_KEY: 'phc_bench',
  TZ: 'UTC',
};

/**
 * Runs a program once: what it cost itself, what it cost the database, and what arrived.
 *
 * @param {{ command: string[], env?: Record<string, string> }} program
 * @param {{ databaseUrl: string, database: object, receiver: object }} world
 * @param {{ latencyMs?: number, protocol?: 'v0' | 'v1', keepsEvents?: boolean }} conditions of the receiver
 */
export async function measureProgram({ command, env = {} }, { databaseUrl, database, receiver }, conditions = {}) {
  await receiver.reset(conditions);
  const before = await database.figures(databaseUrl);
  const usage = await runProcess({
    command,
    env: {
      ...ENVIRONMENT,
      DATABASE_URL: databaseUrl,
      LANGFUSE_DATABASE_URL: databaseUrl,
      POSTHOG_HOST: receiver.url,
      ...env,
    },
  });
  const after = await database.figures(databaseUrl);
  return {
    ...usage,
    databaseCpuMs: after.cpuMs - before.cpuMs,
    databaseActiveMs: after.activeMs - before.activeMs,
    ...(await receiver.count()),
  };
}
