import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { aLangfuseWorld } from './langfuse-world.js';

describe('sluice demo', function () {
  this.timeout(120_000);

  it('delivers everything once, sends nothing the second time, and leaves nothing behind', async () => {
    const world = await aLangfuseWorld({ traces: 1 });
    try {
      const before = readdirSync(tmpdir()).filter((name) => name.startsWith('sluice-demo-'));
      const { code, out, err } = await world.sluice([
        'demo',
        '--langfuse',
        'v4',
        '--events',
        'both',
        '--traces',
        '15',
        '--json',
      ]);
      expect(code, err).to.equal(0);
      const report = JSON.parse(out) as {
        counts: { expected: number; received: number; distinct: number }[];
        figures: { figures: { name: string; expected: number; shown: number }[] };
      };
      expect(report).to.include({ complete: true, sentBySecondRun: 0 });
      expect(report.counts).to.have.length(7);
      for (const { expected, received, distinct } of report.counts) {
        expect([received, distinct]).to.deep.equal([expected, expected]);
      }
      expect(report.figures.figures).to.have.length(9);
      for (const { name, expected, shown } of report.figures.figures) expect(shown, name).to.be.closeTo(expected, 0.2);
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('sluice-demo-'))).to.deep.equal(before);
    } finally {
      await world.end();
    }
  });
});
