// Draws throughput and memory over size, in the style of the other pictures of the docs.
import { drawCard } from '../draw-card.mjs';

const WIDTH = 760;
const HEIGHT = 300;
const PANEL = { width: 300, height: 170, top: 76 };
const PANELS = [
  { left: 64, title: 'thousand events per second', valueOf: ({ eventsPerSecond = 0 }) => eventsPerSecond / 1000 },
  { left: 432, title: 'peak memory, MB', valueOf: ({ peakRssMb }) => peakRssMb },
];
const LABELS = { sluice: 'Sluice', idiomatic: 'idiomatic loop' };

/**
 * @param {Record<string, { events: number, eventsPerSecond: number, peakRssMb: number }[]>} growth by contestant
 * @returns {string} an SVG document
 */
export function drawGrowth(growth) {
  const title = 'Throughput and memory over the number of events';
  const styles = [
    'text { font: 12px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #59636e }',
    '.title { font-size: 16px; font-weight: 600; fill: #1f2328 } .panel { font-size: 14px; fill: #1f2328 } .card { fill: #ffffff; stroke: #d1d9e0 } .grid { stroke: #d1d9e0 }',
    '.line { fill: none; stroke-width: 2.5 } .sluice { stroke: #1a7f37 } .idiomatic { stroke: #0969da } .dot { fill: #ffffff; stroke-width: 2 }',
    '@media (prefers-color-scheme: dark) { text { fill: #9198a1 } .title, .panel { fill: #f0f6fc } .card { fill: #0d1117; stroke: #3d444d } .grid { stroke: #3d444d } .sluice { stroke: #3fb950 } .idiomatic { stroke: #4493f8 } .dot { fill: #0d1117 } }',
  ];
  return drawCard({ width: WIDTH, height: HEIGHT, title, styles }, [
    ...Object.keys(growth).flatMap((name, index) => drawKey(name, 470 + index * 110)),
    ...PANELS.flatMap((panel) => drawPanel(panel, growth)),
  ]);
}

function drawKey(name, x) {
  return [
    `<line class="line ${name}" x1="${x}" y1="31" x2="${x + 22}" y2="31"/>`,
    `<text x="${x + 28}" y="35">${LABELS[name]}</text>`,
  ];
}

function drawPanel({ left, title, valueOf }, growth) {
  const points = Object.values(growth).flat();
  const [least, most] = [Math.min, Math.max].map((pick) => Math.log10(pick(...points.map(({ events }) => events))));
  const top = niceTop(Math.max(...points.map(valueOf)));
  const bottom = PANEL.top + PANEL.height;
  const x = ({ events }) => round(left + (PANEL.width * (Math.log10(events) - least)) / Math.max(1e-9, most - least));
  const y = (point) => round(bottom - (PANEL.height * valueOf(point)) / top);
  const sizes = [...new Set(points.map(({ events }) => events))];
  return [
    `<text class="panel" x="${left}" y="${PANEL.top - 12}">${title}</text>`,
    ...[0, 0.5, 1].flatMap((share) => {
      const height = bottom - PANEL.height * share;
      return [
        `<line class="grid" x1="${left}" y1="${height}" x2="${left + PANEL.width}" y2="${height}"/>`,
        `<text x="${left - 8}" y="${height + 4}" text-anchor="end">${round(top * share)}</text>`,
      ];
    }),
    ...sizes.map(
      (events) => `<text x="${x({ events })}" y="${bottom + 20}" text-anchor="middle">${shortCount(events)}</text>`,
    ),
    ...Object.entries(growth).flatMap(([name, line]) => [
      `<polyline class="line ${name}" points="${line.map((point) => `${x(point)},${y(point)}`).join(' ')}"/>`,
      ...line.map((point) => `<circle class="dot ${name}" cx="${x(point)}" cy="${y(point)}" r="3.5"/>`),
    ]),
  ];
}

/** The next round number: 1, 2, 3 or 5 with zeros. */
function niceTop(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 3, 5, 10].find((factor) => factor * power >= value);
}

function shortCount(events) {
  return events >= 1e6 ? `${round(events / 1e6)} M` : `${Math.round(events / 1000)} k`;
}

function round(number) {
  return Math.round(number * 10) / 10;
}
