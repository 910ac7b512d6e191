import type { ScoreVersion } from '@sluice/langfuse-history';
import { millisecondsOf, type ExpectedRecord } from './expected-record.js';

interface Version {
  readonly project_id: string;
  readonly created_at: string;
  readonly event_ts: string;
  readonly is_deleted?: 0 | 1;
}

/** The newest version of each record, without those that it deletes. */
export function newestOf<Row extends Version>(rows: readonly Row[], idOf: (row: Row) => string): readonly Row[] {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.project_id}/${idOf(row)}`;
    const known = newest.get(key);
    if (known === undefined || known.event_ts < row.event_ts) newest.set(key, row);
  }
  return [...newest.values()].filter((row) => row.is_deleted !== 1);
}

/** The scores, in v3 and v4 alike. */
export function scoreRecords(
  scores: readonly ScoreVersion[],
  userOfTrace: (score: ScoreVersion) => string | null,
): readonly ExpectedRecord[] {
  return newestOf(scores, ({ id }) => id)
    .filter(({ data_type: type }) => type !== 'CORRECTION')
    .map((row) => ({
      ...placeOf('score', row, row.id, row.timestamp),
      values: {
        id: row.id,
        project_id: row.project_id,
        timestamp: millisecondsOf(row.timestamp),
        name: row.name,
        value: isCategory(row) ? null : row.value,
        string_value: textOf(row.string_value),
        'trace.user_id': userOfTrace(row),
      },
    }));
}

function isCategory(row: ScoreVersion): boolean {
  return ['CATEGORICAL', 'TEXT'].includes(row.data_type) && textOf(row.string_value) !== null;
}

export function placeOf(stream: string, row: Version, id: string, happened: string) {
  return {
    stream,
    key: `${row.project_id}/${id}`,
    createdAt: millisecondsOf(row.created_at),
    happenedAt: millisecondsOf(happened),
  };
}

export function textOf(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

export function userOf(user: string | null | undefined): string | null {
  return user === undefined || user === null || user.trim() === '' ? null : user;
}
