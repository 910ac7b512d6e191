import { ConfigError } from '@sluice/core/adapter';
import type { LoadedPipeline } from '@sluice/sluice';
import type { JsonForm } from '../output/output.js';
import { EXIT } from '../process/exit-code.js';
import type { Work } from './sluice-command.js';

/**
 * Does the work for each pipeline of a file and each of its sinks; an error in one leaves the others alone. Returns the worst
 * exit code. Values for programs become one, by the names of the pipelines and sinks.
 */
export async function eachBranch(
  branches: readonly LoadedPipeline[],
  how: 'in turn' | 'side by side' | 'one',
  work: Work,
  act: (branch: LoadedPipeline, work: Work) => Promise<number>,
): Promise<number> {
  const names = branches.map(nameOf);
  const members = new Set(branches.map(({ memberName }) => memberName));
  if (how === 'one') {
    const [what, option] =
      members.size > 1 ? ['the file has several pipelines', '--only'] : ['the pipeline has several sinks', '--sink'];
    const choices = members.size > 1 ? [...members] : branches.map(({ sinkName }) => sinkName);
    throw new ConfigError([], `${what}: pass ${option} with one of ${choices.join(', ')}`);
  }
  const kept = new Map<string, { readonly value: unknown; readonly form: JsonForm }>();
  const codes = new Map<string, number>();
  const printed = new Set<string>();
  const begin = async (branch: LoadedPipeline, isAlone: boolean): Promise<void> => {
    // Two progress bars at a time would write over each other.
    const terminal = isAlone ? work.terminal : { ...work.terminal, interactive: false };
    const name = nameOf(branch);
    const heading = branch.memberName === undefined ? `sink ${name}` : branch.name;
    const output = work.output.ofBranch(heading, (value, form) => kept.set(name, { value, form }));
    try {
      codes.set(name, await act(branch, { ...work, terminal, output, printed }));
    } catch (error) {
      if (work.signal.aborted) throw error;
      codes.set(name, output.error(error));
    }
  };
  for (const member of members) {
    const ofMember = branches.filter(({ memberName }) => memberName === member);
    if (how === 'side by side') await Promise.all(ofMember.map((branch) => begin(branch, ofMember.length === 1)));
    else for (const branch of ofMember) await begin(branch, true);
  }

  const [first] = kept.values();
  if (first !== undefined) {
    const all = Object.fromEntries(names.flatMap((name) => (kept.has(name) ? [[name, kept.get(name)?.value]] : [])));
    if (first.form.isExact === true) work.output.exactJson(all);
    else work.output.json(all, first.form.indent);
  }
  return worstOf([...codes.values()]);
}

/** Within its file. */
function nameOf({ memberName, sinkName }: LoadedPipeline): string {
  return [memberName, sinkName].filter((name) => name !== undefined).join('.');
}

/** From the worst on: wrong configuration, failed, dead letters, done. A signal is above all. */
const BY_GRAVITY: readonly number[] = [EXIT.usage, EXIT.failed, EXIT.deadLetters, EXIT.done];

function worstOf(codes: readonly number[]): number {
  const unknown = codes.find((code) => !BY_GRAVITY.includes(code));
  return unknown ?? BY_GRAVITY.find((code) => codes.includes(code)) ?? EXIT.done;
}
