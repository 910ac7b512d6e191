import type { PipelineStatus } from '@sluice/core/engine';
import { redactKnownSecrets } from '@sluice/core/service';
import { repeatedEvents, type Counts } from '@sluice/core/state';
import type { SourceAnswer } from '../ask-source.js';
import { deadLetterCount } from './dead-letter-text.js';
import { durationText } from './duration-text.js';
import { holderText } from './holder-text.js';
import { momentText } from './moment-text.js';
import { repeatsText } from './repeats-text.js';
import { integer, table } from './table.js';

/** A pipeline's status, and whose clock it is by; or why its state cannot be read. */
export type ShownStatus =
  | { readonly pipeline: string; readonly status: PipelineStatus; readonly source: SourceAnswer }
  | { readonly pipeline: string; readonly unreadable: string };

const WORDS = { healthy: 'healthy', unhealthy: 'UNHEALTHY', 'dead-letters': 'open dead letters' } as const;

export function statusText(shown: ShownStatus): string {
  if ('unreadable' in shown) return redactKnownSecrets(`${shown.pipeline}: ILL\n  ${shown.unreadable}\n`);
  const { pipeline, status, source } = shown;
  const { health, troubles, followedUntil, lagMs, openDeadLetters, openBackfills, lastRun, nextRun, holder } = status;
  const clock = 'silent' in source ? ` by this machine’s clock (the source: ${source.silent})` : '';
  const repeats = repeatsText(status.streams.map(({ counts }) => counts));
  const lines = [
    `${pipeline}: ${WORDS[health]}`,
    ...troubles.map((trouble) => `  ✗ ${trouble}`),
    `  exported until  ${followedUntil === undefined ? 'nothing yet' : momentText(followedUntil)}`,
    ...(lagMs === undefined
      ? []
      : [
          `  behind          ${Math.round(lagMs / 1000)} s${lagMs < 60_000 ? '' : ` (${durationText(lagMs)})`}${clock}`,
        ]),
    `  dead letters    ${openDeadLetters === 0 ? 'none open' : `${deadLetterCount(openDeadLetters)} open: see sluice dead-letters list`}`,
    ...(openBackfills === 0 ? [] : [`  backfills       ${openBackfills} not complete: see sluice state show`]),
    ...(lastRun === undefined ? [] : [`  last run        ${lastRun.outcome}, ended ${momentText(lastRun.at)}`]),
    holder === undefined
      ? `  next run        ${momentText(nextRun)} by its schedule`
      : `  running now     ${holderText(holder)}`,
    '',
    table([
      ['stream', 'exported until', 'records read', 'accepted', 'sent again', 'dead letters'],
      ...status.streams.flatMap(({ stream, isBackfilled, followedUntil: until, counts, today }) => [
        [
          isBackfilled ? stream : `${stream} (first backfill)`,
          until === undefined ? '–' : momentText(until),
          ...countCells(counts),
        ],
        ['  today', '', ...countCells(today)],
      ]),
    ]),
    ...(repeats === undefined ? [] : ['', repeats]),
  ];
  return redactKnownSecrets(`${lines.join('\n')}\n`);
}

function countCells(counts: Counts): readonly string[] {
  const dead = counts.deadLetteredRecords + counts.deadLetteredEvents;
  return [counts.read, counts.accepted, repeatedEvents(counts), dead].map((count) => integer(count));
}

/** The same for programs: times are ISO 8601, durations in seconds. */
export function statusAsJson(shown: ShownStatus) {
  const { pipeline } = shown;
  if ('unreadable' in shown) return { pipeline, health: 'unhealthy', troubles: [redactKnownSecrets(shown.unreadable)] };
  const { followedUntil, lagMs, streams, pause, lastRun, nextRun, holder, troubles, ...rest } = shown.status;
  return {
    pipeline,
    ...rest,
    troubles: troubles.map(redactKnownSecrets),
    ...(followedUntil === undefined ? {} : { followedUntil: isoText(followedUntil) }),
    ...(lagMs === undefined ? {} : { lagSeconds: Math.round(lagMs / 1000) }),
    clock: 'silent' in shown.source ? { of: 'machine', because: shown.source.silent } : { of: 'source' },
    streams: streams.map(({ followedUntil: until, ...stream }) => ({
      ...stream,
      ...(until === undefined ? {} : { followedUntil: isoText(until) }),
    })),
    ...(pause ? { pause: { ...pause, message: redactKnownSecrets(pause.message), since: isoText(pause.since) } } : {}),
    ...(lastRun ? { lastRun: lastRunAsJson(lastRun) } : {}),
    nextRun: isoText(nextRun),
    ...(holder ? { holder: { ...holder, since: isoText(holder.since) } } : {}),
  };
}

function lastRunAsJson({ at, outcome, error }: NonNullable<PipelineStatus['lastRun']>) {
  return { at: isoText(at), outcome, ...(error === undefined ? {} : { error: redactKnownSecrets(error) }) };
}

function isoText(at: number): string {
  return new Date(at).toISOString();
}
