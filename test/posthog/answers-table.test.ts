import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RunResult } from '@sluice/core/engine';
import { aUuid, manualRuntime } from '@sluice/testkit';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { expect } from 'chai';
import { ANSWER_CASES, type AnswerCase } from './answer-cases.js';
import { aPosthogPipeline, exitCode, NOW, type PosthogBench } from './a-posthog-pipeline.js';
import { markdownTable } from './markdown-table.js';

const PAGE = fileURLToPath(new URL('../../../docs/posthog-sink.md', import.meta.url));
const HEADER = ['PostHog answers', 'the events are', 'exit code', 'message'];
/** With it, the run writes the tables that it otherwise compares. */
const WRITES = process.env['SLUICE_WRITE_TABLES'] === '1';

/** A table of the page, as this test produces it: every row is a run of twenty events in two requests. */
for (const protocol of ['v0', 'v1'] as const) {
  describe(`a run after every answer of ${protocol}`, () => {
    const rows: (readonly string[])[] = [HEADER];

    for (const each of ANSWER_CASES[protocol]) {
      it(`${each.answer}: ${each.fate}, exit code ${each.exitCode}`, async () => {
        const row = await rowOf(each, protocol);
        rows.push(row);
      });
    }

    it('matches the page', () => {
      const page = readFileSync(PAGE, 'utf8');
      const [begin, end] = [`<!-- answers of ${protocol} -->`, `<!-- end of answers of ${protocol} -->`];
      const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
      const table = `\n\n${markdownTable(rows)}\n`;
      if (WRITES) writeFileSync(PAGE, page.slice(0, from) + table + page.slice(to));
      else expect(page.slice(from, to)).to.equal(table);
    });
  });
}

async function rowOf(each: AnswerCase, protocol: 'v0' | 'v1'): Promise<readonly string[]> {
  const runtime = manualRuntime({ startAt: NOW });
  const simulator = await PosthogSimulator.start({
    v1: protocol === 'v1',
    now: () => runtime.now(),
    isPoison: ({ uuid }) => each.poison !== undefined && uuid === aUuid(each.poison),
    isRestricted: ({ uuid }) => each.restricted !== undefined && uuid === aUuid(each.restricted),
    faultFor: (number) => (number === 2 ? each.fault : undefined),
    ...(each.limits === undefined ? {} : { limits: each.limits }),
  });
  each.prepare?.(simulator);
  try {
    const bench = aPosthogPipeline({
      host: simulator.url,
      traces: 20,
      largeTrace: each.largeTrace,
      runtime,
      sink: { protocol, requestTimeout: '150ms' },
      delivery: { maxEvents: 10, maxInFlight: 1 },
    });
    const result = await bench.run();
    expect(exitCode(result)).to.equal(each.exitCode);
    expect(await fateOf(result, bench, simulator)).to.equal(each.fate);
    expect(simulator.dropped()).to.have.lengthOf(each.lost ?? 0);
    expectAccounted(each, result, simulator);
    const message = (await messageOf(result, bench)).replaceAll(new URL(simulator.url).host, 'posthog.example.com');
    return [each.answer, each.fate, String(each.exitCode), message];
  } finally {
    await simulator.stop();
  }
}

async function fateOf(result: RunResult, bench: PosthogBench, simulator: PosthogSimulator): Promise<string> {
  if (result.outcome === 'paused') return 'paused';
  if ((await bench.deadLetters()).length > 0) return 'dead letter';
  if (simulator.dropped().length > 0) return 'dropped by PostHog, unnoticed';
  if (simulator.eventRequests.some(({ status }) => status === 413)) return 'split, delivered';
  return simulator.eventRequests.length > 2 ? 'sent again, delivered' : 'delivered';
}

/** Nothing is lost that PostHog did not drop in silence, and nothing waits for ever. */
function expectAccounted(each: AnswerCase, result: RunResult, simulator: PosthogSimulator): void {
  const counts = result.report.streams['trace'];
  if (each.fate === 'paused') expect(counts).to.include({ deadLetteredEvents: 0 });
  else expect(counts).to.include({ produced: 20, accepted: each.fate === 'dead letter' ? 19 : 20 });
  const stored = simulator.distinct().length;
  const accepted = (counts?.accepted ?? 0) - (each.lost ?? 0);
  // What was accepted behind the event that paused the pipeline is sent again, and replaces itself.
  if (each.fate === 'paused') expect(stored).to.be.at.least(accepted);
  else expect(stored).to.equal(accepted);
}

async function messageOf(result: RunResult, bench: PosthogBench): Promise<string> {
  if (result.failure !== undefined) return result.failure.message;
  const [letter] = await bench.deadLetters();
  if (letter !== undefined) return `${letter.reason}: ${letter.detail}`;
  const line = bench.logger.lines.find(({ fields }) => 'attempt' in fields);
  const error: unknown =
    line === undefined ? undefined : Object.entries(line.fields).find(([key]) => key === 'error')?.[1];
  return typeof error === 'string' ? error : '';
}
