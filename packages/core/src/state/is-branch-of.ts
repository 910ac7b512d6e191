/** Whether a state is that of one of several sinks of a pipeline, which had its own before it had several. */
export function isBranchOf(name: string, pipeline: string): boolean {
  return name.startsWith(`${pipeline}.`);
}
