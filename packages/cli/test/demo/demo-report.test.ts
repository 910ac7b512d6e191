import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { demoReport, type DemoFindings } from '#src/demo/demo-report.js';

const COUNTS = [{ event: 'visit', expected: 1200, received: 1200, distinct: 1200 }];

function report(findings: Partial<DemoFindings>) {
  const { text, complete } = demoReport({
    counts: COUNTS,
    figures: undefined,
    samples: [],
    sentBySecondRun: 0,
    ...findings,
  });
  return { text: stripVTControlCharacters(text), complete };
}

function withFigure(shown: number, tolerance?: number) {
  const figure = { name: 'sales, USD', expected: 1000.5, shown, ...(tolerance !== undefined && { tolerance }) };
  return report({ figures: { title: 'Reports of the shop', figures: [figure] } });
}

describe('the report of the demo', () => {
  it('is complete where every event arrived once', () => {
    expect(report({})).to.include({ complete: true });
    expect(report({}).text).to.match(/visit +1,200 +1,200 +1,200 +✓[^]*Everything arrived, once\./u);
    expect(report({ sentBySecondRun: 1 })).to.include({ complete: false });
    expect(report({ counts: [{ event: 'visit', expected: 2, received: 2, distinct: 1 }] })).to.include({
      complete: false,
    });
  });

  it('shows the figures of the destination beside those of the source', () => {
    expect(withFigure(1000.5)).to.include({ complete: true });
    expect(withFigure(1000.5).text).to.match(
      /Reports of the shop +expected +shown *\n.*\nsales, USD +1,000\.5 +1,000\.5 +✓/u,
    );
    expect(withFigure(1001).text).to.match(/1,001 +✗[^]*Everything arrived, once; figures differ\./u);
    expect(withFigure(1001, 0.5)).to.include({ complete: true });
  });
});
