/** Where a command writes: results to `out`, everything else to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether somebody watches stderr. */
  readonly interactive: boolean;
  /** Whether what goes to stderr may have colours. */
  readonly colour: boolean;
  /** The same for stdout: results in a file or a pipe have none. */
  readonly colourOut: boolean;
}

export function processTerminal(environment: Readonly<Record<string, string | undefined>>): Terminal {
  // A reader that has seen enough (`| head`) is no failure; what a sink writes to stdout it watches itself.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const interactive = process.stderr.isTTY && environment['TERM'] !== 'dumb';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive,
    colour: interactive && !environment['NO_COLOR'],
    colourOut: process.stdout.isTTY && environment['TERM'] !== 'dumb' && !environment['NO_COLOR'],
  };
}
