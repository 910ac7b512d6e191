/** An example for `--help` that can be copied: what it does, and the command on a line of its own. */
export function example(command: string, what: string): string {
  return `  # ${what}\n  ${command}`;
}
