// Sends the same rows through the same faults in three ways: `npm run bench:delivery`. Exits with 1 if Sluice loses or
// duplicates an event. With `--save` it also writes `results.json` and the chart in the README.
import { writeFileSync } from 'node:fs';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { faultScript } from './fault-script.mjs';
import { captureAndFlush, captureAndShutdown } from './posthog-node.mjs';
import { drawChart } from './draw-chart.mjs';
import { exportWithSluice } from './sluice.mjs';

const ROWS = 20_000;
const begin = Date.now() - 6 * 3_600_000;
const rows = Array.from({ length: ROWS }, (_, row) => ({ row, user: `user-${row % 500}`, at: begin + row * 100 }));

const WAYS = [
  { name: 'posthog-node, capture and shutdown', way: captureAndShutdown },
  { name: 'posthog-node, flush every 1,000', way: captureAndFlush },
  { name: 'sluice', way: exportWithSluice },
];

const results = [];
for (const { name, way } of WAYS) {
  const simulator = await PosthogSimulator.start({ faultFor: faultScript() });
  const begunMs = performance.now();
  try {
    const errors = await way(simulator.url, rows);
    const seconds = (performance.now() - begunMs) / 1000;
    const stored = simulator.distinct();
    const arrived = new Set(stored.map(({ properties }) => properties.row)).size;
    results.push({
      name,
      lost: ROWS - arrived,
      doubled: stored.length - arrived,
      repeats: simulator.received().length - stored.length,
      requests: simulator.eventRequests.length,
      errors,
      seconds,
    });
  } finally {
    await simulator.stop();
  }
}

const count = (number) => number.toLocaleString('en-US');
console.log(`${count(ROWS)} rows each\n`);
console.log('| way | lost | doubled | repeats, merged | requests | errors told | seconds |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const { name, lost, doubled, repeats, requests, errors, seconds } of results) {
  console.log(
    `| ${name} | ${[lost, doubled, repeats, requests, errors].map(count).join(' | ')} | ${seconds.toFixed(1)} |`,
  );
}
if (process.argv.includes('--save')) {
  const saved = {
    rows: ROWS,
    ways: results.map((result) => ({ ...result, seconds: Number(result.seconds.toFixed(1)) })),
  };
  writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(saved, null, 2)}\n`);
  writeFileSync(new URL('../../docs/pictures/delivery-bench.svg', import.meta.url), drawChart(saved));
}

const sluice = results.at(-1);
process.exitCode = sluice.lost === 0 && sluice.doubled === 0 ? 0 : 1;
