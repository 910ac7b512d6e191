import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ROOT } from './sluice-command.js';

interface BenchResults {
  readonly rows: number;
  readonly ways: readonly { readonly name: string; readonly [figure: string]: string | number }[];
}

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const results = JSON.parse(textOf('bench/delivery/results.json')) as BenchResults;

describe('the pictures in the documentation', () => {
  it('show the figures of the delivery bench', async () => {
    const { drawChart } = (await import(pathToFileURL(join(ROOT, 'bench/delivery/draw-chart.mjs')).href)) as {
      drawChart: (results: BenchResults) => string;
    };
    expect(textOf('docs/pictures/delivery-bench.svg')).to.equal(drawChart(results));
  });

  it('show the figures of the throughput bench', async () => {
    const { drawGrowth } = (await import(pathToFileURL(join(ROOT, 'bench/throughput/draw-growth.mjs')).href)) as {
      drawGrowth: (growth: unknown) => string;
    };
    const { scenarios } = JSON.parse(textOf('bench/results/full.json')) as { scenarios: { growth: unknown } };
    expect(textOf('docs/pictures/throughput.svg')).to.equal(drawGrowth(scenarios.growth));
  });

  it('show the figures of the bench of several workers, as its tables do', async () => {
    const ofBench = (path: string) => import(pathToFileURL(join(ROOT, 'bench/workers/curve', path)).href);
    const { drawCurve } = (await ofBench('draw-curve.mjs')) as { drawCurve: (curves: unknown) => string };
    const { curveTable } = (await ofBench('curve-table.mjs')) as { curveTable: (points: unknown) => string };
    const [latency, cpu] = ['latency', 'cpu'].map(
      (name) => JSON.parse(textOf(`bench/results/workers-${name}.json`)) as { points: unknown },
    );
    expect(textOf('docs/pictures/workers.svg')).to.equal(drawCurve({ latency, cpu }));
    for (const curve of [latency, cpu]) expect(textOf('docs/scale.md')).to.contain(curveTable(curve?.points));
  });

  for (const { name, ...figures } of results.ways) {
    it(`agree with the page of the bench: ${name}`, () => {
      const row = textOf('bench/delivery/README.md')
        .split('\n')
        .find((line) => line.startsWith(`| ${name} `));
      const cells = row?.split('|').slice(2, -1) ?? [];
      expect(cells.map((cell) => Number(cell.replaceAll(',', '')))).to.deep.equal(Object.values(figures));
    });
  }
});
