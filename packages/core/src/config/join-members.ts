import type { Problem } from '../contracts/problem.js';
import type { LoadedPipelineFile } from './loaded-pipeline-file.js';

/** How many entries a problem names. */
const MOST_NAMED = 3;

/**
 * The pipelines of all entries of `foreach` as those of one file. A problem that all of them have is reported once; any other
 * one says whose it is.
 */
export function joinMembers(
  loaded: readonly (LoadedPipelineFile & { readonly member: string })[],
  problems: readonly Problem[],
): LoadedPipelineFile {
  const having = new Map<string, { readonly problem: Problem; readonly members: string[] }>();
  for (const { member, problems: own } of loaded) {
    for (const problem of own) {
      const key = JSON.stringify(problem);
      const known = having.get(key);
      if (known === undefined) having.set(key, { problem, members: [member] });
      else known.members.push(member);
    }
  }
  const joined = [...having.values()].map(({ problem, members }) =>
    members.length === loaded.length ? problem : { ...problem, message: `${problem.message} (${named(members)})` },
  );
  const all = [...problems, ...joined];
  if (all.some(({ severity }) => severity === 'error')) return { problems: all };
  const branches = loaded.flatMap((each) => each.branches ?? []);
  const [pipeline] = branches;
  return pipeline === undefined ? { problems: all } : { problems: all, pipeline, branches };
}

function named(members: readonly string[]): string {
  const rest = members.length - MOST_NAMED;
  return `in ${members.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
