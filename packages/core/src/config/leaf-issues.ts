import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * The issues inside an issue. Where a value has alternatives and clearly means one of them, these are the issues of that
 * alternative, with their paths. Any other issue is returned unchanged.
 */
export function leafIssues(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inside = issue.errors.filter((issues) =>
    issues.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  const [meant] = inside.toSorted((a, b) => a.length - b.length);
  if (meant === undefined) return [issue];
  const leaves: Issue[] = [];
  for (const each of meant)
    leaves.push(...leafIssues(Object.assign({}, each, { path: [...issue.path, ...each.path] })));
  return leaves;
}
