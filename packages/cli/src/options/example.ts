/** An example for `--help` that can be copied: what it does, and the command on a separate line. */
export function example(command: string, what: string): string {
  return `  # ${what}\n  ${command}`;
}
