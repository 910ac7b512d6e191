import type { MapResult, StreamMapper } from '../../contracts/mapper.js';
import type { RecordPage } from '../../contracts/source.js';

/** Maps a record of a page. One that the source could not read fails like one that cannot be mapped. */
export function mapRecord(
  mapper: StreamMapper,
  page: Pick<RecordPage, 'rows' | 'problems' | 'text'>,
  index: number,
): MapResult {
  const row = page.text?.row(index);
  if (row !== undefined) return mapper.map(row);
  const problem = page.problems?.get(index);
  if (problem === undefined) return mapper.map(page.rows[index] ?? []);
  const { field, reason } = problem;
  return {
    kind: 'failed',
    at: 'the source',
    reason: `${field === undefined ? 'the record' : `the field \`${field}\``} ${reason}`,
  };
}
