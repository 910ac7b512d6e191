import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { METRICS } from '@sluice/metrics';
import { expect } from 'chai';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The text of every source file below a folder. */
function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

/** The sources of all packages. Texts that are split over several lines are joined. */
function sources(): string {
  const folders = readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name, 'src'));
  return folders
    .flatMap(sourcesIn)
    .join('\n')
    .replaceAll(/['`] \+\s+['`]/gu, '');
}

interface Row {
  readonly line: string;
  readonly metric: string;
  readonly advice: string;
}

/** The rows of every table whose first column is a log line. */
function rowsOf(page: string): readonly Row[] {
  const rows: Row[] = [];
  let isInTable = false;
  for (const text of page.split('\n')) {
    const cells = text.split('|').map((cell) => cell.trim());
    if (!text.startsWith('|')) isInTable = false;
    else if (cells[1] === 'log line') isInTable = true;
    else if (isInTable && !/^\|[\s|-]+\|$/u.test(text)) {
      const [, line = '', metric = '', advice = ''] = cells;
      rows.push({ line, metric, advice });
    }
  }
  return rows;
}

describe('the page on operations', () => {
  const page = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');
  const code = sources();
  const rows = rowsOf(page);

  it('has tables with advice in every row', () => {
    expect(rows.length).to.be.greaterThan(15);
    for (const { advice } of rows) expect(advice).not.to.equal('');
  });

  for (const { line } of rows.filter((row) => row.line.startsWith('`'))) {
    it(`quotes an existing log line: ${line}`, () => {
      const quoted = [...line.matchAll(/`([^`]+)`/gu)].map(([, text = '']) => text);
      const texts = quoted.filter((text) => text.includes(' '));
      expect(texts).not.to.deep.equal([]);
      for (const text of texts) expect(code.includes(text), text).to.equal(true);
    });
  }

  it('quotes every log line of level error or warning in a run or the service', () => {
    const core = /logger\.(?:warn|error)\(\s*[^']*?'([^']+)'/gu;
    const logged = ['engine', 'service']
      .flatMap((folder) => sourcesIn(join(ROOT, 'packages/core/src', folder)))
      .flatMap((text) => [...text.matchAll(core)]);
    const missing = logged.map(([, text = '']) => text).filter((text) => text.includes(' ') && !page.includes(text));
    expect(logged.length).to.be.greaterThan(8);
    expect(missing).to.deep.equal([]);
  });

  it('names only existing metrics and labels', () => {
    const names = Object.values(METRICS).map(({ name }): string => name);
    for (const [name] of page.matchAll(/sluice_\w+/gu)) expect(names).to.include(name);
    for (const [, name, label = '', value = ''] of page.matchAll(/(sluice_\w+)\{(\w+)="([^"]+)"\}/gu)) {
      const labels: Readonly<Record<string, string>> =
        Object.values(METRICS).find((each) => each.name === name)?.labels ?? {};
      expect(labels[label], `${name}{${label}}`).to.contain(`\`${value}\``);
    }
  });

  it('covers every kind of trouble', () => {
    const headings = [...page.matchAll(/^### (.+)$/gmu)].map(([, heading = '']) => heading).join('\n');
    for (const word of [
      'SIGTERM',
      'crashes',
      '429',
      '5xx',
      'key',
      'quota',
      'schema',
      'Langfuse',
      'record',
      'disk',
      'clock',
    ]) {
      expect(headings).to.contain(word);
    }
  });
});
