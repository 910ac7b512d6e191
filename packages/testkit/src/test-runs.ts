/**
 * How often a property is tried or a process is killed: `full` times with SLUICE_TEST_RUNS=full, as in `.ci/run`, else a
 * tenth of it.
 */
export function testRuns(full: number): number {
  return process.env['SLUICE_TEST_RUNS'] === 'full' ? full : Math.ceil(full / 10);
}
