import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isBranchOf, StateError, type NeighbouringState } from '@sluice/core/state';
import { loadState } from './load-state.js';
import { statePaths } from './state-files.js';

/** The other states in the directory, and all in the one where an earlier version kept them. Damaged ones are left out. */
export async function neighbouringStates(
  pipeline: string,
  directory: string,
  formerDirectory: string,
): Promise<readonly NeighbouringState[]> {
  const beside = await statesIn(directory);
  const former = formerDirectory === directory ? [] : await statesIn(formerDirectory);
  return [
    ...beside
      .filter((each) => each.pipeline !== pipeline)
      .map((each) =>
        isBranchOf(pipeline, each.pipeline) || isBranchOf(each.pipeline, pipeline)
          ? { ...each, move: moveTo(each.place, directory, pipeline) }
          : each,
      ),
    ...former.map((each) =>
      each.pipeline === pipeline ? { ...each, move: moveTo(each.place, directory, pipeline) } : each,
    ),
  ];
}

async function statesIn(directory: string): Promise<readonly NeighbouringState[]> {
  const states: NeighbouringState[] = [];
  for (const pipeline of await foldersIn(directory)) {
    const place = join(directory, pipeline);
    try {
      const { state } = await loadState(statePaths(place));
      states.push({ pipeline, place, ...(state.binding && { binding: state.binding }) });
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
    }
  }
  return states;
}

async function foldersIn(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}

/** The folder is there already: the run that found the neighbour has made it to take the lease. */
function moveTo(place: string, directory: string, pipeline: string): string {
  return `mv ${quoted(place)}/*.json* ${quoted(join(directory, pipeline))}/`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/u.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
