import { ratioOf } from './summarise.mjs';

/**
 * What Sluice aims at, beside what was measured. A mark is met at or beyond it in the direction of the dream.
 *
 * @returns {{ figure: string, mark: number, dream: number, measured: number | undefined }[]}
 */
export function marksOf({ rounds, events, scenarios }) {
  const ratio = (figure, above, below) => ratioOf(rounds, events, figure, above, below);
  return [
    {
      figure: 'events/s: Sluice ÷ posthog-node with an awaited flush',
      mark: 6,
      dream: 9,
      measured: ratio('eventsPerSecond', 'sluice', 'posthog-node'),
    },
    {
      figure: 'events/s: Sluice ÷ idiomatic loop, both with gzip',
      mark: 2.5,
      dream: 3.5,
      measured: ratio('eventsPerSecond', 'sluice', 'idiomatic'),
    },
    {
      figure: 'events/s: Sluice ÷ narrow COPY on two connections',
      mark: 0.65,
      dream: 0.9,
      measured: ratio('eventsPerSecond', 'sluice', 'copy-2'),
    },
    {
      figure: 'CPU of Node per event: Sluice ÷ idiomatic loop',
      mark: 0.35,
      dream: 0.2,
      measured: ratio('nodeCpuUs', 'sluice', 'idiomatic'),
    },
    {
      figure: 'CPU of the database per event: Sluice ÷ narrow COPY',
      mark: 1.3,
      dream: 1.05,
      measured: ratio('databaseCpuUs', 'sluice', 'copy'),
    },
    {
      figure: 'events/s: gzip ÷ no gzip',
      mark: 0.7,
      dream: 0.85,
      measured: ratio('eventsPerSecond', 'sluice', 'sluice-plain'),
    },
    {
      figure: 'events/s: 50 ms latency ÷ none',
      mark: 0.9,
      dream: 0.98,
      measured: ratio('eventsPerSecond', 'sluice-50ms', 'sluice'),
    },
    ...scenarioMarks(scenarios),
  ];
}

function scenarioMarks({ growth, hourly, start }) {
  const [larger, largest] = growth?.sluice.slice(-2) ?? [];
  return [
    { figure: 'peak memory at the largest size, MB', mark: 200, dream: 160, measured: largest?.peakRssMb },
    {
      figure: 'peak memory: largest size ÷ next smaller one',
      mark: 1.05,
      dream: 1,
      measured: larger && largest.peakRssMb / larger.peakRssMb,
    },
    {
      figure: 'database time of an hourly run: ten times the table ÷ once',
      mark: 1.2,
      dream: 1.05,
      measured: hourly?.ratio,
    },
    { figure: 'CPU: `sluice --version` ÷ `node -e 0`', mark: 3, dream: 2, measured: start?.versionRatio },
    {
      figure: 'CPU: a run with nothing to do ÷ `node` with one connection',
      mark: 3,
      dream: 2,
      measured: start?.idleRunRatio,
    },
  ];
}
