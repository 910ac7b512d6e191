import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { PosthogSimulator } from './posthog-simulator.js';

export interface CommandSurroundings {
  /** Receives the address. */
  readonly out: (line: string) => void;
  /** Receives a line for each request. */
  readonly log: (line: string) => void;
  /** Ends the command. */
  readonly signal: AbortSignal;
}

const USAGE = `sluice-posthog-simulator: a PostHog on this machine that takes events

  --port N    the port; default: a free one
  --v1        also offers protocol v1
  --ai        also offers the routes for large AI events
  --key KEY   a known project key, phc_…; may be repeated; default: every key that begins with phc_
  --refuse    answers 401 to other keys, as PostHog does with token validation; default: 200, and drops the events
  --help      this text`;

/** The command `sluice-posthog-simulator`: prints its address, runs until the signal and returns the exit code. */
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
    ai: options.ai === true,
    unknownKeys: options.refuse === true ? 'refused' : 'dropped',
    port: Number(options.port ?? 0),
    keys: options.key,
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
        ai: { type: 'boolean' },
        key: { type: 'string', multiple: true },
        refuse: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    const port = Number(values.port ?? 0);
    return Number.isInteger(port) && port >= 0 && port <= 65_535
      ? values
      : '--port must be a whole number from 0 to 65535';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
