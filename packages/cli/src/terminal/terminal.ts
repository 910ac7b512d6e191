import { setImmediate } from 'node:timers/promises';
import type { ReadStream, WriteStream } from 'node:tty';
import { screenText } from './screen-text.js';

/** Whether lines are wrapped at the width of a terminal, stay as they are, or are commands for GitHub. */
type Layout = 'wrapped' | 'as is' | 'workflow commands';

/** Where a command writes: results to `out`, everything else to `err`. Text is shown, never obeyed: see `screenText`. */
export interface Terminal {
  readonly out: (text: string, layout?: Layout) => void;
  readonly err: (text: string, layout?: Layout) => void;
  /** Whether a person watches stderr. */
  readonly interactive: boolean;
  readonly streams: Streams;
  /** Why a result could not be written to stdout. Asked when all of them have been. */
  readonly unwritten: () => Promise<string | undefined>;
}

export interface Streams {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
}

type Environment = Readonly<Record<string, string | undefined>>;

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};

export function processTerminal(environment: Environment, streams: Streams = process): Terminal {
  const { stdout, stderr } = streams;
  // Losing the log must not stop an export. Results have callbacks; a sink that writes to stdout watches it itself.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  let failure: NodeJS.ErrnoException | undefined;
  const onResult = (error?: NodeJS.ErrnoException | null) => {
    // A reader that has seen enough (`| head`) is not a failure.
    if (error?.code !== 'EPIPE') failure ??= error ?? undefined;
  };
  return {
    out: writer(stdout, environment, onResult),
    err: writer(stderr, environment),
    interactive: stderr.isTTY && environment['TERM'] !== 'dumb',
    streams,
    unwritten: async () => {
      await setImmediate();
      return failure && `cannot write to stdout: ${REASONS[failure.code ?? ''] ?? failure.message}`;
    },
  };
}

function writer(
  stream: WriteStream,
  environment: Environment,
  onWritten?: (error?: NodeJS.ErrnoException | null) => void,
): Terminal['out'] {
  const colour = hasColours(stream, environment);
  return (text, layout = 'as is') => {
    const columns = layout === 'wrapped' && stream.isTTY ? stream.columns || undefined : undefined;
    stream.write(screenText(text, { colour, columns, isWorkflow: layout === 'workflow commands' }), onWritten);
  };
}

/** As Node's `tty` decides: FORCE_COLOR comes first. */
export function hasColours(stream: { readonly isTTY?: boolean }, environment: Environment): boolean {
  const { FORCE_COLOR: forced, NO_COLOR, NODE_DISABLE_COLORS, TERM } = environment;
  if (forced !== undefined) return ['', '1', '2', '3', 'true'].includes(forced);
  return stream.isTTY === true && !NO_COLOR && !NODE_DISABLE_COLORS && TERM !== 'dumb';
}
