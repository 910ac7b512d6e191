import { ConfigError } from '@sluice/core/adapter';
import type { LoadedPipeline } from '@sluice/sluice';
import type { JsonForm } from '../output/output.js';
import { EXIT } from '../process/exit-code.js';
import type { Work } from './sluice-command.js';

/**
 * Does the work for each sink of a pipeline; an error in one leaves the others alone. Returns the worst exit code. Values
 * for programs become one, by the names of the sinks.
 */
export async function eachBranch(
  branches: readonly LoadedPipeline[],
  how: 'in turn' | 'side by side' | 'one',
  work: Work,
  act: (branch: LoadedPipeline, work: Work) => Promise<number>,
): Promise<number> {
  const names = branches.map(({ sinkName = '' }) => sinkName);
  if (how === 'one') {
    throw new ConfigError([], `the pipeline has several sinks: pass --sink with one of ${names.join(', ')}`);
  }
  // Two progress bars at a time would write over each other.
  const terminal = how === 'side by side' ? { ...work.terminal, interactive: false } : work.terminal;
  const kept = new Map<string, { readonly value: unknown; readonly form: JsonForm }>();
  const codes = new Map<string, number>();
  const printed = new Set<string>();
  const begin = async (branch: LoadedPipeline): Promise<void> => {
    const { sinkName: name = '' } = branch;
    const output = work.output.ofBranch(name, (value, form) => kept.set(name, { value, form }));
    try {
      codes.set(name, await act(branch, { ...work, terminal, output, printed }));
    } catch (error) {
      if (work.signal.aborted) throw error;
      codes.set(name, output.error(error));
    }
  };
  if (how === 'side by side') await Promise.all(branches.map(begin));
  else for (const branch of branches) await begin(branch);

  const [first] = kept.values();
  if (first !== undefined) {
    const all = Object.fromEntries(names.flatMap((name) => (kept.has(name) ? [[name, kept.get(name)?.value]] : [])));
    if (first.form.isExact === true) work.output.exactJson(all);
    else work.output.json(all, first.form.indent);
  }
  return worstOf([...codes.values()]);
}

/** From the worst on: wrong configuration, failed, dead letters, done. A signal is above all. */
const BY_GRAVITY: readonly number[] = [EXIT.usage, EXIT.failed, EXIT.deadLetters, EXIT.done];

function worstOf(codes: readonly number[]): number {
  const unknown = codes.find((code) => !BY_GRAVITY.includes(code));
  return unknown ?? BY_GRAVITY.find((code) => codes.includes(code)) ?? EXIT.done;
}
