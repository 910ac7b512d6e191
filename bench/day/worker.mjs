// A process of the deployment with the clock of the bench: `sluice start`, or its scheduler with ticks that only wait. Its
// log goes to the process that started it.
import { setMaxListeners } from 'node:events';
import { Turns } from '@sluice/core/service';
import { pgBossScheduler } from '@sluice/pg-boss-scheduler';
import { createSluice } from '@sluice/sluice';
import { movedRuntime } from './clock.mjs';

const { files, aheadMs, atOnce, turnMs, exports, isFirst } = JSON.parse(process.argv[2]);
const clock = movedRuntime(aheadMs);
process.on('message', (next) => clock.set(next));
const stop = new AbortController();
const { signal } = stop;
// Each pipeline listens.
setMaxListeners(0, signal);
process.once('SIGTERM', () => stop.abort());
process.once('disconnect', () => process.exit(1));

const { runtime } = clock;
// Nothing ends with whoever reads it.
const writeLog = (line) => void process.send?.(line, () => {});
const sluice = createSluice({ runtime, writeLog });
const pipelines = await sluice.loadAll(files);
process.exit((await (exports ? serve() : tickAll())) ? 0 : 1);

async function serve() {
  const listen = { host: '127.0.0.1', port: 0 };
  const { bugs } = await sluice.start(pipelines, { signal, listen, turns: { atOnce, turnMs } });
  return bugs.size === 0;
}

async function tickAll() {
  const log = (fields, msg) => writeLog(JSON.stringify({ ...fields, msg }));
  const logger = { debug() {}, info: log, warn: log, child: () => logger };
  logger.error = (fields, msg) => log({ ...fields, level: 'error' }, msg);
  const [{ config: first }] = pipelines;
  const scheduler = pgBossScheduler.create(first.scheduler.config, { logger, runtime, baseDirectory: '.' });
  const turns = new Turns({ atOnce, turnMs }, runtime);
  log({}, 'serving /healthz, /readyz and /metrics');
  await Promise.all(
    pipelines.map(({ name, config: { schedule } }) => {
      const tick = async () => {
        log({ pipeline: name }, 'the run starts');
        await runtime.sleep(100 + 400 * runtime.random());
        log({ pipeline: name }, 'the run is done');
        return 'done';
      };
      const options = { signal, turns, ...(isFirst && { servedUntil: async () => Number.NEGATIVE_INFINITY }) };
      return scheduler.run({ name, pipeline: name, schedule, tick }, options);
    }),
  );
  await scheduler.close();
  return true;
}
