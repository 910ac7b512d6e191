import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { PosthogSimulator } from './posthog-simulator.js';

export interface CommandSurroundings {
  /** Results: the address. */
  readonly out: (line: string) => void;
  /** One line per request for events. */
  readonly log: (line: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

const USAGE = `sluice-posthog-simulator: a PostHog that takes events in on this machine

  --port N    the port; default: a free one
  --v1        also offers protocol v1
  --key KEY   a project key that exists, phc_…; may be repeated; default: every key that begins with phc_
  --refuse    answers 401 to other keys, as PostHog does with token validation; default: 200, and drops the events
  --help      this text`;

/** The command `sluice-posthog-simulator`: prints its address and runs until it is told to end. The exit code. */
export async function simulatorCommand(args: readonly string[], surroundings: CommandSurroundings): Promise<number> {
  const { out, log, signal } = surroundings;
  const options = optionsOf(args);
  if (typeof options === 'string') {
    log(`${options}\n\n${USAGE}`);
    return 2;
  }
  if (options.help === true) {
    out(USAGE);
    return 0;
  }
  const simulator = await PosthogSimulator.start({
    v1: options.v1 === true,
    unknownKeys: options.refuse === true ? 'refused' : 'dropped',
    ...(options.port === undefined ? {} : { port: Number(options.port) }),
    ...(options.key === undefined ? {} : { keys: options.key }),
    onRequest: ({ method, path, status }) => {
      const counts = `${simulator.distinct().length} events, ${simulator.dropped().length} dropped`;
      log(`${method} ${path} ${status ?? 'no answer'} (${counts})`);
    },
  });
  out(simulator.url);
  if (!signal.aborted) await once(signal, 'abort');
  await simulator.stop();
  return 0;
}

function optionsOf(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        v1: { type: 'boolean' },
        key: { type: 'string', multiple: true },
        refuse: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    const port = Number(values.port ?? 0);
    return Number.isInteger(port) && port >= 0 && port <= 65_535 ? values : '--port is a number up to 65535';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
