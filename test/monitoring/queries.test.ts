import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { METRICS, type MetricEntry } from '@sluice/metrics';
import { parser } from '@prometheus-io/lezer-promql';
import { expect } from 'chai';
import { parse, parseAllDocuments } from 'yaml';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

function read(path: string, folder = 'docs/monitoring'): string {
  return readFileSync(fileURLToPath(new URL(`../../../${folder}/${path}`, import.meta.url)), 'utf8');
}

/** The metric names of queries, with the labels of their series. */
const KNOWN = new Map<string, readonly string[]>();
for (const { name, type, labels } of Object.values(METRICS) as readonly MetricEntry[]) {
  if (type !== 'histogram') KNOWN.set(name, Object.keys(labels));
  else for (const suffix of ['_bucket', '_sum', '_count']) KNOWN.set(name + suffix, [...Object.keys(labels), 'le']);
}

/** The metrics and labels in a query. Throws if Prometheus' grammar rejects it. */
function namesIn(query: string): { readonly metrics: readonly string[]; readonly labels: readonly string[] } {
  const text = query.replaceAll('$__rate_interval', '5m');
  const [metrics, labels]: string[][] = [[], []];
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`not a query, at ${text.slice(node.from - 10, node.to + 10)}: ${text}`);
      if (node.name === 'Identifier') metrics?.push(text.slice(node.from, node.to));
      if (node.name === 'LabelName') labels?.push(text.slice(node.from, node.to));
    },
  });
  return { metrics: metrics ?? [], labels: labels ?? [] };
}

function expectToExist(query: string, labelsInText: readonly string[] = []): void {
  const { metrics, labels } = namesIn(query);
  expect(metrics, query).not.to.deep.equal([]);
  for (const metric of metrics) expect([...KNOWN.keys()], query).to.include(metric);
  const known = metrics.flatMap((metric) => KNOWN.get(metric) ?? []);
  for (const label of [...labels, ...labelsInText]) expect(known, query).to.include(label);
}

describe('the dashboard for Grafana', () => {
  const { panels, templating } = JSON.parse(read('grafana-dashboard.json')) as {
    readonly panels: readonly Panel[];
    readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
  };

  it('has panels with unique ids', () => {
    expect(panels.length).to.be.greaterThan(10);
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
  });

  it('shows every metric of the table', () => {
    const shown = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr).metrics)));
    const missing = Object.values(METRICS).filter(({ name }) => ![...shown].some((each) => each.startsWith(name)));
    expect(missing.map(({ name }) => name)).to.deep.equal([]);
  });

  for (const { title, targets } of panels) {
    it(`${title}: names only existing metrics and labels`, () => {
      for (const { expr, legendFormat } of targets) {
        const inLegend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/gu)].map(([, label = '']) => label);
        expectToExist(expr, inLegend);
      }
    });
  }

  it('suggests existing pipelines', () => {
    const queries = templating.list.map(({ query }) => (typeof query === 'string' ? query : query.query));
    const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/u.exec(queries.at(-1) ?? '') ?? [];
    expect(KNOWN.get(metric)).to.include(label);
  });
});

describe('the alert rules', () => {
  const { groups } = parse(read('alerts.yaml')) as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[];
  };
  for (const { alert, expr, annotations } of groups.flatMap(({ rules }) => rules)) {
    it(`${alert}: names only existing metrics and labels`, () => {
      const inText = [...annotations.summary.matchAll(/\$labels\.(\w+)/gu)].map(([, label = '']) => label);
      expectToExist(expr, inText);
      expect(annotations.runbook).not.to.equal('');
    });
  }
});

describe('the autoscaler of the workers', () => {
  it('scales an existing Deployment by existing metrics', () => {
    const { spec } = parse(read('autoscale.yaml', 'examples/kubernetes')) as {
      readonly spec: {
        readonly scaleTargetRef: { readonly name: string };
        readonly triggers: readonly { readonly metadata: { readonly query: string } }[];
      };
    };
    const [deployment] = parseAllDocuments(read('workers.yaml', 'examples/kubernetes'));
    expect(deployment?.getIn(['metadata', 'name'])).to.equal(spec.scaleTargetRef.name);
    expect(spec.triggers).to.have.length(1);
    for (const { metadata } of spec.triggers) expectToExist(metadata.query);
  });
});
