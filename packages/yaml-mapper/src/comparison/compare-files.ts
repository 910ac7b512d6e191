import { isDeepStrictEqual } from 'node:util';
import type { Mapper, MappingContext, Problem } from '@sluice/core/config';
import { checkMapping, type MappingCheck } from '../check/check-mapping.js';
import { compileMapping } from '../compile/compile-mapping.js';
import { ANY_SINK } from '../resolve/sink-target.js';
import { compareMappings } from './compare-mappings.js';
import type { EventDifference, MappingDifference } from './mapping-difference.js';

interface ComparedFiles {
  /** Of both files. */
  readonly problems: readonly Problem[];
  /** Present if neither file has an error. */
  readonly compared?: {
    readonly difference: MappingDifference;
    readonly before: Mapper;
    readonly after: Mapper;
  };
}

/**
 * Compares two mapping files, each with only the parameters that it declares. Those for several sinks are compared for
 * each sink that they name, and their mappers are those of the context's sink, or else of the first.
 */
export function compareMappingFiles(before: string, after: string, context: MappingContext): ComparedFiles {
  const { sinkType, ...alone } = context;
  const isKnown = (sink: string): boolean => sink === ANY_SINK || context.eventSchemaOf(sink) !== undefined;
  const named = [before, after].map((file) => (checkMapping({ file }, alone).sinks ?? []).filter(isKnown));
  const [first, ...others] = sinksToCompare(named, sinkType);
  const at = (sink: string | undefined): readonly [MappingCheck, MappingCheck] => {
    const ofSink = { ...alone, ...(sink !== undefined && { sinkType: sink }) };
    return [check(before, ofSink), check(after, ofSink)];
  };
  const [old, fresh] = at(first);
  const problems = [...old.problems, ...fresh.problems];
  if (old.mapping === undefined || fresh.mapping === undefined) return { problems };
  const difference = compareMappings(old.mapping, fresh.mapping);
  const further: EventDifference[] = [];
  for (const sink of others) {
    const [oldThere, freshThere] = at(sink);
    if (oldThere.mapping === undefined || freshThere.mapping === undefined)
      return { problems: [...problems, ...oldThere.problems, ...freshThere.problems] };
    const { events } = compareMappings(oldThere.mapping, freshThere.mapping);
    further.push(
      ...events
        .filter((event) => !difference.events.some((each) => isSame(each, event)))
        .map((event) => ({ ...event, sink })),
    );
  }
  const events = [...difference.events, ...further];
  return {
    problems,
    compared: {
      difference: {
        events,
        breaking: events.some(({ breaking }) => breaking),
        changesIdentity: events.some(({ identity }) => identity.length > 0),
      },
      before: compileMapping(old.mapping.events),
      after: compileMapping(fresh.mapping.events),
    },
  };
}

/** Those that both mappings are for. Empty if they are for different sinks. */
function sinksToCompare([before = [], after = []]: readonly (readonly string[])[], wanted?: string): readonly string[] {
  const isFor = (sinks: readonly string[], sink: string): boolean => sinks.includes(sink) || sinks.includes(ANY_SINK);
  const common = [...new Set([...before, ...after])].filter((sink) => isFor(before, sink) && isFor(after, sink));
  if (before.length < 2 && after.length < 2 && !common.includes(ANY_SINK)) return [];
  return wanted !== undefined && isFor(before, wanted) && isFor(after, wanted) ? [wanted] : common;
}

/** The same change, although the event may have another name. */
function isSame(one: EventDifference, other: EventDifference): boolean {
  const changeOf = ({ kind, conditions, fields, identity }: EventDifference) => ({
    kind,
    conditions,
    fields,
    identity,
  });
  return isDeepStrictEqual(changeOf(one), changeOf(other));
}

function check(file: string, { params, ...context }: MappingContext): MappingCheck {
  const location = { file };
  const alone = checkMapping(location, context);
  if (params === undefined || alone.mapping === undefined) return alone;
  const declared = Object.entries(params).filter(([name]) => alone.mapping?.params.has(name));
  return checkMapping(location, { ...context, params: Object.fromEntries(declared) });
}
