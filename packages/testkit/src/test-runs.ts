const DAY_MS = 86_400_000;

/** Whether everything is tried, as in `.ci/run`: SLUICE_TEST_RUNS=full. */
const isFull = process.env['SLUICE_TEST_RUNS'] === 'full';

/** How often a property is tried or a process is killed: `full` times in `.ci/run`, else a tenth of it. */
export function testRuns(full: number): number {
  return isFull ? full : Math.ceil(full / 10);
}

/**
 * Those of some cases that are tried: all in `.ci/run`, else one of every `parts`, and the next one on the next day (UTC).
 * For cases that are dear and alike: each is tried once in `parts` days.
 */
export function casesInTurn<Case>(cases: readonly Case[], parts: number): readonly Case[] {
  return isFull ? cases : cases.filter((_, index) => index % parts === dayNumber() % parts);
}

/** As `casesInTurn` for tests: declares those that are given to it, or one of every `parts`. */
export function testsInTurn(parts: number): (title: string, body: () => Promise<void>) => void {
  let declared = 0;
  return (title, body) => {
    const isDue = isFull || declared % parts === dayNumber() % parts;
    declared += 1;
    if (isDue) it(title, body);
  };
}

function dayNumber(): number {
  return Math.floor(Date.now() / DAY_MS);
}
