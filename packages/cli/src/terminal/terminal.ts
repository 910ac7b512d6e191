import type { WriteStream } from 'node:tty';

/** Where a command writes: results to `out`, everything else to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person watches stderr. */
  readonly interactive: boolean;
  /** Whether text on stderr has colours. */
  readonly colour: boolean;
  /** Whether text on stdout has colours: results in a file or a pipe have none. */
  readonly colourOut: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function processTerminal(environment: Environment): Terminal {
  // A reader that has seen enough (`| head`) is no failure; a sink that writes to stdout watches it itself.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY && environment['TERM'] !== 'dumb',
    colour: hasColours(process.stderr, environment),
    colourOut: hasColours(process.stdout, environment),
  };
}

function hasColours(stream: WriteStream, { NO_COLOR, FORCE_COLOR, TERM }: Environment): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0';
  return stream.isTTY && TERM !== 'dumb';
}
