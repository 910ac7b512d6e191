import { ConfigError, type CheckResult, type Redactor } from '@sluice/core/adapter';
import type { Scheduler } from '@sluice/core/scheduler';
import type { PipelineState } from '@sluice/core/state';
import type { PipelineConfig, Problem } from '@sluice/core/config';
import { bindingToCommit, textObstacle, type Pipeline } from '@sluice/core/engine';
import { checkSection, withoutSecrets, type CheckSection } from './check-section.js';

interface CheckOptions {
  readonly signal: AbortSignal;
  readonly redactor: Redactor;
  /** What the sink does with an event that was sent before. */
  readonly repeats: readonly { readonly sentence: string }[];
  /** The one that the file names. */
  readonly scheduler: Scheduler | undefined;
}

/** Checks every part of a pipeline at the same time. Nothing is written and no event is sent. */
export async function checkPipeline(
  config: PipelineConfig,
  problems: readonly Problem[],
  pipeline: Pipeline,
  { signal, redactor, repeats, scheduler }: CheckOptions,
): Promise<readonly CheckSection[]> {
  const { source, sink } = pipeline;
  const { settleMs, revisitMs, maxWindowMs } = config;
  const plan = { streams: config.mapper.streams, settleMs, revisitMs, maxWindowMs };
  const sections = await Promise.all([
    checkSection(
      'configuration',
      async () => [
        ...problemFindings(problems),
        pathFinding(pipeline),
        repeatFinding(repeats),
        ...holdFindings(pipeline),
      ],
      signal,
    ),
    checkSection(`source ${config.source.type}`, () => source.check({ signal, plan }), signal),
    checkSection(`sink ${config.sink.type}`, () => sink.check({ signal }), signal),
    checkSection(`state ${config.state.type}`, () => stateFindings(pipeline), signal),
    ...(scheduler?.check && config.scheduler
      ? [checkSection(`scheduler ${config.scheduler.type}`, () => tryScheduler(scheduler), signal)]
      : []),
  ]);
  return sections.map((section) => withoutSecrets(section, redactor));
}

async function tryScheduler(scheduler: Scheduler): Promise<readonly CheckResult[]> {
  try {
    return (await scheduler.check?.()) ?? [];
  } finally {
    await scheduler.close?.();
  }
}

function problemFindings(problems: readonly Problem[]): readonly CheckResult[] {
  const name = 'pipeline and mapping';
  if (problems.length === 0) return [{ name, outcome: 'good', message: 'no problem found' }];
  const warnings = problems.map(({ code, file, line, column, message, help }): CheckResult => ({
    name: code,
    outcome: 'warning',
    message: `${message} (${file}:${line}:${column})`,
    ...(help === undefined ? {} : { fix: help }),
  }));
  return [
    {
      name,
      outcome: 'good',
      message: `no error, ${problems.length} ${problems.length === 1 ? 'warning' : 'warnings'}`,
    },
    ...warnings,
  ];
}

/** Which streams are exported from text to text, and why the others are not. */
function pathFinding({ mapper, ...pipeline }: Pipeline): CheckResult {
  const name = 'path of events';
  const slow = new Map<string, string[]>();
  for (const stream of mapper.streams) {
    const obstacle = textObstacle(stream, pipeline);
    if (obstacle !== undefined) slow.set(obstacle, [...(slow.get(obstacle) ?? []), stream.stream]);
  }
  if (slow.size === 0) return { name, outcome: 'good', message: 'the fast path: events are written from text to text' };
  const reasons = [...slow].map(([obstacle, streams]) => `${streams.join(', ')} (${obstacle})`);
  return { name, outcome: 'good', message: `the slower path, with an object for each event: ${reasons.join('; ')}` };
}

/** Where it does harm, the pipeline file has a problem as well. */
function repeatFinding(repeats: CheckOptions['repeats']): CheckResult {
  return { name: 'repeats', outcome: 'good', message: repeats.map(({ sentence }) => sentence).join('; ') };
}

/** Whether records can be held, if the mapping holds any. */
function holdFindings(pipeline: Pipeline): readonly CheckResult[] {
  const held = pipeline.mapper.streams.filter(({ holds }) => holds === true).map(({ stream }) => stream);
  if (held.length === 0) return [];
  const name = 'held records';
  if (pipeline.source.get === undefined) {
    const message = `records of ${held.join(', ')} are held until they are final, but the source cannot read a record again by its key`;
    return [{ name, outcome: 'bad', message, fix: 'remove `final` from the mapping' }];
  }
  return [{ name, outcome: 'good', message: `records of ${held.join(', ')} are sent when they are final` }];
}

async function stateFindings(pipeline: Pipeline): Promise<readonly CheckResult[]> {
  const { state: store, name } = pipeline;
  const found = (await store.check?.(name)) ?? [];
  if (found.some((result) => result.name === 'state readable' && result.outcome === 'bad')) return found;
  const state = await store.reader(name).read();
  const others = state.binding === undefined ? await otherHistories(pipeline) : [];
  return [...found, bindingFinding(pipeline, state), ...others, ...pauseFindings(state)];
}

/** Other states of the same source and sink, whose events the first run would send a second time. */
async function otherHistories({ state, name, source, sink }: Pipeline): Promise<readonly CheckResult[]> {
  const neighbours = (await state.neighbours?.(name)) ?? [];
  return neighbours
    .filter(({ binding }) => binding?.source.fingerprint === source.identity().fingerprint)
    .filter(({ binding }) => binding?.sink?.fingerprint === sink.identity().fingerprint)
    .map(({ pipeline: other, place, move }) => ({
      name: 'other histories',
      outcome: move === undefined ? 'warning' : 'bad',
      message: `"${other}" has exported the same source to the same sink (state: ${place})`,
      fix:
        move === undefined
          ? 'do nothing if the two make different events; otherwise rename the pipeline back, or use that state'
          : '`sluice run` does not start a second history; it says how to continue from that state',
    }));
}

/** Whether the state belongs to the source, start and destination of the pipeline file. */
function bindingFinding(pipeline: Pipeline, state: PipelineState): CheckResult {
  const name = 'state and pipeline file';
  try {
    const isNew = bindingToCommit(pipeline, state, 0) !== undefined;
    const message = isNew
      ? 'the next run begins at the start of the pipeline'
      : 'the next run continues where the last one ended';
    return { name, outcome: 'good', message };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.message.split('\n');
    const isAdvice = (line: string) => line.startsWith('→ ');
    const fix = lines.filter(isAdvice).map((line) => line.slice(2));
    const message = lines.filter((line) => !isAdvice(line)).join('\n');
    return { name, outcome: 'bad', message, ...(fix.length === 0 ? {} : { fix: fix.join('\n') }) };
  }
}

function pauseFindings({ pause }: PipelineState): readonly CheckResult[] {
  if (pause === undefined) return [];
  const message = `paused since ${new Date(pause.since).toISOString()}: ${pause.message}`;
  return [{ name: 'pause', outcome: 'warning', message, fix: 'fix the cause; the next run retries' }];
}
