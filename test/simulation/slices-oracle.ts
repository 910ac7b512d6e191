import type { Instant } from '@sluice/core/adapter';
import type { StateChange } from '@sluice/core/state';

/**
 * Says what is wrong with the windows of following that a commit plans for a stream, which is followed up to `end`: they
 * have each moment of creation once from there on, and the older records once.
 */
export function checkSlices(changes: readonly StateChange[], stream: string, end: Instant): readonly string[] {
  const windows = changes.flatMap((change) =>
    change.type === 'plan' && change.purpose === 'following' && change.window.stream === stream ? [change.window] : [],
  );
  const withCreated = windows.filter(({ olderOnly }) => olderOnly !== true).toSorted((a, b) => a.from - b.from);
  const wrong: string[] = [];
  let reached = end;
  for (const { from, until } of withCreated) {
    if (from !== reached) wrong.push(`begins at ${from}, not where the previous one ends, ${reached}`);
    reached = until;
  }
  const [withOlder, ...more] = windows.filter(({ revisitMs }) => revisitMs > 0);
  if (withOlder === undefined || more.length > 0) wrong.push('does not have older records once with the others');
  else if (withOlder.from !== end || withOlder.until !== reached) wrong.push('has older records of another time');
  return wrong;
}
