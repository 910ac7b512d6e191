import type {
  SchedulerDefinition,
  SinkDefinition,
  SourceDefinition,
  StateStoreDefinition,
} from '../contracts/definition.js';
import type { Mapper } from '../contracts/mapper.js';
import { repeatGroups } from '../repeats/repeat-groups.js';
import { repeatProblems } from '../repeats/repeat-problems.js';
import { spanAt, spanOf, type Loading } from './loading.js';
import type { Configured } from './pipeline-config.js';
import type { SinkPlace } from './sink-places.js';

/** Fields that the mapping reads, and that the source's options keep back or leave without values. */
export function reportMissing(
  { definition, config }: Configured<SourceDefinition>,
  { streams }: Mapper,
  loading: Loading,
): void {
  for (const { stream, fields } of streams) {
    for (const { field } of fields) {
      const place = spanAt(loading, ['source', 'with']);
      const reads = `the mapping reads \`${field}\` of \`${stream}\``;
      const withheld = definition.withheld?.(field, config);
      if (withheld !== undefined) {
        loading.problems.add('withheld-field', place, `${reads}, which the source withholds`, withheld);
      }
      const unset = definition.unset?.(field, config);
      if (unset !== undefined) loading.problems.add('unset-field', place, `${reads}, which is always null`, unset);
    }
  }
}

/** Streams whose records are held, of a source that cannot read them again. */
export function reportHeld(
  { type, definition }: Configured<SourceDefinition>,
  { streams }: Mapper,
  loading: Loading,
): void {
  if (definition.readsByKey !== false) return;
  for (const { stream, holds } of streams) {
    if (holds !== true) continue;
    const message = `the mapping holds records of \`${stream}\` until they are final, but ${type} cannot read a record again by its key`;
    loading.problems.add('cannot-hold', spanAt(loading, ['source', 'use']), message);
  }
}

/** A state that the other processes do not see: each would export everything. */
export function reportUnshared(
  scheduler: Configured<SchedulerDefinition>,
  state: Configured<StateStoreDefinition>,
  loading: Loading,
): void {
  if (state.definition.isShared === true) return;
  const message = `${scheduler.type} runs the pipeline on any machine, but the state in \`${state.type}\` is on one`;
  loading.problems.add('state-not-shared', spanOf(loading, ['state', 'use'], ['scheduler', 'use']), message);
}

/** Changes that a destination does not take, or counts again. */
export function reportRepeats(
  { type, definition, config }: Configured<SinkDefinition>,
  { events }: Mapper,
  revisitMs: number,
  { path }: SinkPlace,
  loading: Loading,
): void {
  const groups = repeatGroups(definition.repeats(config), events);
  for (const { code, message, help } of repeatProblems(type, groups, revisitMs)) {
    loading.problems.add(code, spanOf(loading, ['revisit'], [...path, 'use']), message, help);
  }
}
