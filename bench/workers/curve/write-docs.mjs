// Writes the saved curves into docs/scale.md, whose places are marked with `<!-- bench: workers-… -->` and `<!-- end -->`.
import { readFileSync, writeFileSync } from 'node:fs';
import { savedResult } from '../../throughput/saved-result.mjs';
import { curveTable } from './curve-table.mjs';
import { drawCurve } from './draw-curve.mjs';

const PAGE = new URL('../../../docs/scale.md', import.meta.url);
const PLOT = new URL('../../../docs/pictures/workers.svg', import.meta.url);

export function writeDocs() {
  const curves = { latency: savedResult('workers-latency'), cpu: savedResult('workers-cpu') };
  const page = readFileSync(PAGE, 'utf8').replaceAll(
    /<!-- bench: workers-(\w+) -->\n[^]*?<!-- end -->/g,
    (_, show) => `<!-- bench: workers-${show} -->\n\n${curveTable(curves[show].points)}\n\n<!-- end -->`,
  );
  writeFileSync(PAGE, page);
  writeFileSync(PLOT, drawCurve(curves));
}
