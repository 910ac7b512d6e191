import { ConfigError, StateError } from '../../contracts/errors.js';
import type { NeighbouringState } from '../../contracts/state-store.js';
import type { Start } from '../../config/pipeline-config.js';
import type { Pipeline, RunContext } from '../pipeline.js';

/**
 * Says that a new state begins and where, and warns of other states with the same source and sink: what they record would
 * be exported a second time. Throws `ConfigError` when one of them is the state of this pipeline in a former place.
 */
export async function announceNewState(pipeline: Pipeline, { logger }: RunContext): Promise<void> {
  const { name, state, start } = pipeline;
  const neighbours = (await state.neighbours?.(name)) ?? [];
  const alike = neighbours.filter((each) => isAlike(pipeline, each));
  const former = alike.find(({ move }) => move !== undefined);
  const place = state.place?.(name) ?? 'the state store';
  if (former !== undefined)
    throw former.pipeline === name ? movedError(name, former, place) : renamedError(name, former);
  for (const { pipeline: other, place: at } of alike) {
    logger.warn(
      { other, at },
      'another pipeline has exported the same source to the same sink; events with the same names will be sent a second time',
    );
  }
  logger.info({ place }, MESSAGES[start.kind]);
}

/** A volume that is no longer mounted, for example, leaves an empty folder. */
export function goneError({ name, state }: Pick<Pipeline, 'name' | 'state'>): StateError {
  return new StateError(
    `the state of "${name}" is gone from ${state.place?.(name) ?? 'the state store'}: an earlier run of this process wrote ` +
      'it; put it back, or restart the process to start a new state and export everything again',
  );
}

const MESSAGES: Readonly<Record<Start['kind'], string>> = {
  beginning: 'starting a new state; all of history will be exported',
  date: 'starting a new state; everything since the start date will be exported',
  now: 'starting a new state; only what is created from now on will be exported',
};

/** A state without an accepted event has exported nothing. */
function isAlike({ source, sink }: Pipeline, { binding }: NeighbouringState): boolean {
  return (
    binding?.sink !== undefined &&
    binding.source.fingerprint === source.identity().fingerprint &&
    binding.sink.fingerprint === sink.identity().fingerprint
  );
}

/** A sink was added to the pipeline, or all but one were removed. */
function renamedError(name: string, { pipeline: former, place, move = '' }: NeighbouringState): ConfigError {
  return new ConfigError(
    [],
    [
      `"${name}" has no state yet, and "${former}" has exported the same source to the same sink (state: ${place}); a new ` +
        'state would export everything again',
      `→ continue from there: ${move}`,
      `→ or, to export everything again, remove ${place}`,
    ].join('\n'),
  );
}

function movedError(name: string, { place: former, move = '' }: NeighbouringState, place: string): ConfigError {
  return new ConfigError(
    [],
    [
      `the state of "${name}" is expected in ${place}, and one of the same source and sink is in ${former}: a relative ` +
        '`state.with.directory` now starts at the folder of the pipeline file, no longer at the current one; a new state would ' +
        'export everything again',
      `→ move it: ${move}`,
      `→ or, to export everything again, remove ${former}`,
    ].join('\n'),
  );
}
