import type { Mapper, MappingContext, Problem } from '@sluice/core/config';
import { checkMapping, type MappingCheck } from '../check/check-mapping.js';
import { compileMapping } from '../compile/compile-mapping.js';
import { compareMappings } from './compare-mappings.js';
import type { MappingDifference } from './mapping-difference.js';

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

/** Compares two mapping files. Each gets only the parameters that it declares. */
export function compareMappingFiles(before: string, after: string, context: MappingContext): ComparedFiles {
  const [old, fresh] = [check(before, context), check(after, context)];
  const problems = [...old.problems, ...fresh.problems];
  if (old.mapping === undefined || fresh.mapping === undefined) return { problems };
  return {
    problems,
    compared: {
      difference: compareMappings(old.mapping, fresh.mapping),
      before: compileMapping(old.mapping.events),
      after: compileMapping(fresh.mapping.events),
    },
  };
}

function check(file: string, { params, ...context }: MappingContext): MappingCheck {
  const location = { file };
  const alone = checkMapping(location, context);
  if (params === undefined || alone.mapping === undefined) return alone;
  const declared = Object.entries(params).filter(([name]) => alone.mapping?.params.has(name));
  return checkMapping(location, { ...context, params: Object.fromEntries(declared) });
}
