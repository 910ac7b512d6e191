const DAY_MS = 86_400_000;

/** How many days `npm test` takes for all files of test/tests-in-turn.txt. */
const DAYS_OF_FILES = 3;

/** Whether everything is tried, as in `.ci/run`: SLUICE_TEST_RUNS=full. */
const isFull = process.env['SLUICE_TEST_RUNS'] === 'full';

/** The day (UTC) since 1970, or that of SLUICE_TEST_DAY. */
const day = Number(process.env['SLUICE_TEST_DAY'] ?? Math.floor(Date.now() / DAY_MS));

/** How often a property is tried or a process is killed: `full` times in `.ci/run`, else a tenth of it. */
export function testRuns(full: number): number {
  return isFull ? full : Math.ceil(full / 10);
}

/**
 * Those of some cases that are tried: all in `.ci/run`, else one of every `parts`, and the next one on the next day (UTC).
 * For cases that are slow and alike: each is tried once in `parts` days. In a file that takes turns itself, once in three
 * times as many; there, `parts` must not be a multiple of three, or the file's days would always bring the same cases.
 */
export function casesInTurn<Case>(cases: readonly Case[], parts: number): readonly Case[] {
  return cases.filter((_, index) => isDue(index, parts));
}

/** As `casesInTurn` for tests: declares those that are given to it, or one of every `parts`. */
export function testsInTurn(parts: number): (title: string, body: () => Promise<void>) => void {
  let declared = 0;
  return (title, body) => {
    if (isDue(declared, parts)) it(title, body);
    declared += 1;
  };
}

function isDue(index: number, parts: number): boolean {
  if (parts % DAYS_OF_FILES === 0) throw new Error(`${parts} is a multiple of ${DAYS_OF_FILES}: choose another number`);
  return isFull || index % parts === day % parts;
}
