import { markdownTable } from '../../throughput/markdown-table.mjs';

const HEAD = [
  'workers',
  'events/s',
  'times',
  'least–most',
  'Node, µs per event',
  'Postgres, µs per event',
  'processors in use',
  'by others',
];

/** @param {object[]} points as `show-curve.mjs` saves them */
export function curveTable(points) {
  return markdownTable(
    HEAD,
    points.map((point) => [
      String(point.workers),
      point.eventsPerSecond.toLocaleString('en-US'),
      point.times.toFixed(2),
      `${point.leastTimes.toFixed(2)}–${point.mostTimes.toFixed(2)}`,
      point.nodeMicroseconds.toFixed(0),
      point.databaseMicroseconds.toFixed(0),
      point.processors.toFixed(2),
      point.othersProcessors.toFixed(2),
    ]),
  );
}
