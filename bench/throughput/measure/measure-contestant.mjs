import { runProcess } from './run-process.mjs';

/** What every program is told; the time zone, because Langfuse's times are UTC without saying so. */
const ENVIRONMENT = {
  LANGFUSE_URL: 'https://langfuse.example.com',
  POSTHOG_API_KEY: 'phc_bench',
  TZ: 'UTC',
};

/**
 * Runs a contestant once.
 *
 * @param {import('../contestants.mjs').Contestant} contestant
 * @param {{ databaseUrl: string, events: number, database: object, receiver: object }} world
 */
export async function measureContestant(
  { name, delivers, program, ...conditions },
  { databaseUrl, events, database, receiver },
) {
  await receiver.reset(conditions);
  const { command, env, remove } = program(events);
  try {
    const databaseCpuBefore = database.cpuMs();
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
    const databaseCpuMs = database.cpuMs() - databaseCpuBefore;
    const arrived = await receiver.count();
    if (delivers === 'all' && (arrived.distinct !== events || arrived.events !== events)) {
      throw new Error(
        `${name} delivered ${arrived.events} events, ${arrived.distinct} of them different, instead of ${events}`,
      );
    }
    return { ...usage, databaseCpuMs, ...arrived };
  } finally {
    remove?.();
  }
}
