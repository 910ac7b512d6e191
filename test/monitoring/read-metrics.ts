import { expect } from 'chai';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';

const NAME = String.raw`[a-zA-Z_:][a-zA-Z0-9_:]*`;
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"`;
const VALUE = String.raw`[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)`;
const LINE = new RegExp(
  String.raw`^(?:# HELP ${NAME} [^\n]+|# TYPE ${NAME} (?:counter|gauge|histogram)|${NAME}(?:\{${LABEL}(?:,${LABEL})*\})? ${VALUE})$`,
  'u',
);

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The metrics of a process, read by a parser that knows nothing of what wrote them. */
export class ReadMetrics {
  /** By name, what `# TYPE` says. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];

  constructor(text: string) {
    // The parser forgives what Prometheus does not: every line is held against the format first.
    for (const line of text.split('\n').filter((each) => each !== '')) expect(line).to.match(LINE);
    this.types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gmu)].map(([, name = '', type = '']) => [name, type]));
    // The parser makes one histogram of all that differ in their labels, so it is given their samples as they are.
    const families = parsePrometheusTextFormat(text.replaceAll(/^# (?:TYPE|HELP) .*\n/gmu, ''));
    this.samples = families.flatMap(({ name, metrics }) =>
      metrics.map(({ labels = {}, value }) => ({ name, labels, value: Number(value) })),
    );
  }

  /** The sum of the samples of a name that have these labels; undefined when there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const wanted = Object.entries(labels);
    const found = this.samples.filter(
      (sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value),
    );
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }
}
