// Draws the figures of `results.json` as the bar chart that the README shows.
import { drawCard } from '../draw-card.mjs';

const WIDTH = 760;
const LABEL_WIDTH = 270;
const BAR_WIDTH = 340;
const ROW_HEIGHT = 44;
const TOP = 62;

/**
 * @param {{ rows: number, ways: { name: string, lost: number, doubled: number }[] }} results
 * @returns {string} an SVG document
 */
export function drawChart({ rows, ways }) {
  const height = TOP + ways.length * ROW_HEIGHT + 40;
  const title = `${count(rows)} events through the same bad half minute: arrived and lost`;
  const styles = [
    'text { font: 14px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }',
    '.title { font-size: 16px; font-weight: 600 } .note { font-size: 12px; fill: #59636e } .card { fill: #ffffff; stroke: #d1d9e0 }',
    '.track { fill: #ffd8d3 } .arrived { fill: #1a7f37 } .lost { fill: #cf222e; font-weight: 600 } .none { fill: #1a7f37; font-weight: 600 }',
    '@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .note { fill: #9198a1 } .card { fill: #0d1117; stroke: #3d444d } .track { fill: #67201c } .arrived { fill: #2ea043 } .lost { fill: #ff7b72 } .none { fill: #3fb950 } }',
  ];
  return drawCard({ width: WIDTH, height, title, styles }, [
    ...ways.flatMap((way, index) => drawRow(way, rows, TOP + index * ROW_HEIGHT)),
    `<text class="note" x="24" y="${height - 18}">503 for 20 s, then slow; every fifth request cut off after it was accepted; every ninth throttled</text>`,
  ]);
}

function drawRow({ name, lost, doubled }, rows, y) {
  const arrivedWidth = Math.round((BAR_WIDTH * (rows - lost)) / rows);
  const middle = y + 20;
  return [
    `<text x="24" y="${middle}">${name}</text>`,
    `<rect class="track" x="${LABEL_WIDTH}" y="${y + 4}" width="${BAR_WIDTH}" height="22" rx="4"/>`,
    `<rect class="arrived" x="${LABEL_WIDTH}" y="${y + 4}" width="${arrivedWidth}" height="22" rx="4"/>`,
    `<text class="${lost + doubled === 0 ? 'none' : 'lost'}" x="${LABEL_WIDTH + BAR_WIDTH + 14}" y="${middle}">${count(lost)} lost</text>`,
  ];
}

function count(number) {
  return number.toLocaleString('en-US');
}
