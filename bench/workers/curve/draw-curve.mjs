// Draws how many times as fast several workers are as one, in the style of the other pictures of the docs.
import { drawCard } from '../../draw-card.mjs';

const WIDTH = 560;
const HEIGHT = 320;
const PANEL = { left: 64, top: 70, width: 300, height: 190 };

/**
 * @param {Record<'latency' | 'cpu', { latencyMs: number, points: { workers: number, times: number }[] }>} curves
 * @returns {string} an SVG document
 */
export function drawCurve({ latency, cpu }) {
  const labels = { latency: `${latency.latencyMs} ms latency`, cpu: 'no latency', each: 'each as fast as one' };
  const most = Math.max(...latency.points.map(({ workers }) => workers));
  const lines = {
    each: latency.points.map(({ workers }) => ({ workers, times: workers })),
    latency: latency.points,
    cpu: cpu.points,
  };
  const bottom = PANEL.top + PANEL.height;
  const x = (workers) => round(PANEL.left + (PANEL.width * (workers - 1)) / (most - 1));
  const y = (times) => round(bottom - (PANEL.height * times) / most);
  const styles = [
    'text { font: 12px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #59636e }',
    '.title { font-size: 16px; font-weight: 600; fill: #1f2328 } .card { fill: #ffffff; stroke: #d1d9e0 } .grid { stroke: #d1d9e0 }',
    '.line { fill: none; stroke-width: 2.5 } .latency { stroke: #1a7f37 } .cpu { stroke: #0969da } .each { stroke: #9198a1; stroke-width: 1; stroke-dasharray: 4 4 } .dot { fill: #ffffff; stroke-width: 2 }',
    '@media (prefers-color-scheme: dark) { text { fill: #9198a1 } .title { fill: #f0f6fc } .card { fill: #0d1117; stroke: #3d444d } .grid { stroke: #3d444d } .latency { stroke: #3fb950 } .cpu { stroke: #4493f8 } }',
  ];
  return drawCard({ width: WIDTH, height: HEIGHT, title: 'Times as fast as one worker', styles }, [
    ...[1, 2, 3, 4].flatMap((share) => [
      `<line class="grid" x1="${PANEL.left}" y1="${y((most * share) / 4)}" x2="${PANEL.left + PANEL.width}" y2="${y((most * share) / 4)}"/>`,
      `<text x="${PANEL.left - 8}" y="${y((most * share) / 4) + 4}" text-anchor="end">${round((most * share) / 4)}</text>`,
    ]),
    ...latency.points.map(
      ({ workers }) => `<text x="${x(workers)}" y="${bottom + 20}" text-anchor="middle">${workers}</text>`,
    ),
    `<text x="${PANEL.left + PANEL.width / 2}" y="${bottom + 40}" text-anchor="middle">workers</text>`,
    ...Object.entries(lines).flatMap(([name, points]) => [
      `<polyline class="line ${name}" points="${points.map(({ workers, times }) => `${x(workers)},${y(times)}`).join(' ')}"/>`,
      ...(name === 'each'
        ? []
        : points.map(
            ({ workers, times }) => `<circle class="dot ${name}" cx="${x(workers)}" cy="${y(times)}" r="3.5"/>`,
          )),
      `<text x="${x(points.at(-1).workers) + 10}" y="${y(points.at(-1).times) + 4}">${labels[name]}</text>`,
    ]),
  ]);
}

function round(number) {
  return Math.round(number * 10) / 10;
}
