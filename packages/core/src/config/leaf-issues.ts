import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong at the lowest place. Where a value may be one of several shapes and is plainly meant as one of them, the
 * issues are those of that shape, with their paths; else the issue is given back as it is.
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
