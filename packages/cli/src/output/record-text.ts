import type { HourDigest } from '@sluice/core/state';
import type { MoreRecords, PreviewedRecord, RecordFate } from '@sluice/core/engine';
import { onOneLine } from '../terminal/screen-text.js';
import { theme } from '../terminal/theme.js';
import { deadLetterAsJson } from './dead-letter-text.js';
import { withIsoTimes } from './iso-times.js';
import { requestText } from './request-text.js';
import { counted, indented, instantText, integer } from './words.js';

/** A record, what has become of it, and why it is not sent. */
export function recordHeading({ stream, key, createdAt, events, notSent, fate }: PreviewedRecord): string {
  return [
    `${stream} ${theme.name(onOneLine(key))}`,
    `  created   ${instantText(createdAt)}`,
    ...(fate === undefined ? [] : [`  state     ${fateText(fate, events.length > 0)}`]),
    ...(events.length === 0 ? [] : [`  event     ${events.join(', ')}`]),
    ...notSent.map((reason) => `  ${theme.warning('not sent')}  ${reason.replaceAll('\n', '\n    ')}`),
    '',
  ].join('\n');
}

/** The record, and beside it what the mapping makes of it; `isOneOfSeveral`: with its key. */
export function recordText({ stream, key, record, requests }: PreviewedRecord, isOneOfSeveral = false): string {
  const whose = isOneOfSeveral ? `${stream} ${onOneLine(key)}: ` : '';
  return [
    '',
    theme.name(`${whose}record, as the mapping reads it`),
    indented(JSON.stringify(record, null, 2)),
    ...(requests.length === 0 ? [] : ['', theme.name(`${whose}event, as it is sent`), '']),
    ...requests.map((request) => indented(requestText(request))),
    '',
  ].join('\n');
}

/** What is not shown of the records that belong to a key. */
export function moreText(more: readonly MoreRecords[], limit: number): string {
  if (more.length === 0) return '';
  const counts = more.map(({ stream, count }) => counted(count, `more ${stream} record`)).join(' and ');
  const most = limit + Math.max(...more.map(({ count }) => count));
  return `… and ${counts}: see --limit ${most}\n`;
}

/** The same for programs. */
export function recordAsJson({ createdAt, fate, ...rest }: PreviewedRecord): object {
  const shown = fate === undefined ? {} : { fate: fateAsJson(fate) };
  return { ...rest, createdAt: new Date(createdAt).toISOString(), ...shown };
}

function fateAsJson(fate: RecordFate): unknown {
  return fate.kind === 'dead-letter' ? { ...fate, letter: deadLetterAsJson(fate.letter) } : withIsoTimes(fate);
}

function fateText(fate: RecordFate, isSent: boolean): string {
  if (fate.kind === 'exported') return exportedText(fate, isSent);
  if (fate.kind === 'dead-letter') {
    const { id, reason, at } = fate.letter;
    return theme.bad(`dead letter ${id}, open since ${instantText(at)}: ${reason}`);
  }
  if (fate.kind === 'closed-dead-letter') {
    const { reason, how, at } = fate.letter;
    const was = `was a dead letter (${reason})`;
    if (how === 'discarded') return theme.warning(`${was}, discarded ${instantText(at)}`);
    return `${was}, ${isSent ? theme.ok('exported') : 'read again'} by a replay ${instantText(at)}`;
  }
  if (fate.kind === 'held') return `held until it is final, or until ${instantText(fate.until)}`;
  if (fate.kind === 'before-start') {
    return theme.warning(`not exported: it happened before the start of the pipeline, ${instantText(fate.start)}`);
  }
  if (fate.kind === 'not-due') return `not due yet: settle lets it rest until ${instantText(fate.due)}`;
  if (fate.kind === 'not-started') return 'nothing has been exported yet';
  return fate.until === undefined
    ? 'not exported yet'
    : `not exported yet; its stream is exported until ${instantText(fate.until)}`;
}

function exportedText({ window, hour }: Extract<RecordFate, { readonly kind: 'exported' }>, isSent: boolean): string {
  const what = isSent ? theme.ok('exported') : 'read';
  const at = window?.finishedAt === undefined ? '' : ` by ${instantText(window.finishedAt)}`;
  const by = window === undefined ? '' : `, in window ${window.id} (${window.purpose})`;
  return `${what}${at}${by}${hour === undefined ? '' : `\n  its hour  ${hourText(hour)}`}`;
}

/** What became of the records that were created in the same hour. */
function hourText({ delivered, filtered, deadLettered }: HourDigest): string {
  const others = [
    ...(filtered === 0 ? [] : [`${integer(filtered)} filtered`]),
    ...(deadLettered === 0 ? [] : [counted(deadLettered, 'dead letter')]),
  ];
  return [`${integer(delivered)} delivered`, ...others].join(', ');
}
