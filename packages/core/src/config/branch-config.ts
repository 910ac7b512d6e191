import type { z } from 'zod';
import type {
  SchedulerDefinition,
  SinkDefinition,
  SourceDefinition,
  StateStoreDefinition,
} from '../contracts/definition.js';
import type { Mapper } from '../contracts/mapper.js';
import type { Configured, PipelineConfig } from './pipeline-config.js';
import type { pipelineSchema } from './pipeline-schema.js';

/** What the branches of a pipeline share, as it was loaded without an error. */
export interface LoadedParts {
  readonly file: string;
  /** The name of the entry of `foreach` that the pipeline was made for. */
  readonly member: string | undefined;
  readonly settings: z.output<typeof pipelineSchema>;
  readonly source: Configured<SourceDefinition>;
  readonly state: Configured<StateStoreDefinition>;
  readonly scheduler: Configured<SchedulerDefinition> | undefined;
}

/** A sink with its mapping. */
export interface LoadedSink {
  /** Absent: it is the only one. */
  readonly name?: string;
  readonly sink: Configured<SinkDefinition>;
  readonly mapper: Mapper;
}

/** The configuration of a branch: what its sink has itself comes before what the file says for all. */
export function branchConfig(
  { file, member, settings, source, state, scheduler }: LoadedParts,
  { name, sink, mapper }: LoadedSink,
): PipelineConfig {
  const pipeline = member === undefined ? settings.pipeline : `${settings.pipeline}.${member}`;
  const { params = settings.params, delivery } = (name === undefined ? undefined : settings.sinks?.[name]) ?? {};
  const {
    maxEventsPerSecond: rate,
    giveUpAfter,
    maxDeadLetterShare,
    ...limits
  } = { ...settings.delivery, ...delivery };
  return {
    name: name === undefined ? pipeline : `${pipeline}.${name}`,
    ...(name === undefined ? {} : { branch: { pipeline, sink: name } }),
    ...(member === undefined ? {} : { member }),
    file,
    source,
    sink,
    state,
    mapper,
    params,
    schedule: settings.schedule,
    ...(scheduler && { scheduler }),
    start: settings.start,
    settleMs: settings.settle,
    revisitMs: settings.revisit,
    maxWindowMs: settings.maxWindow,
    delivery: {
      ...limits,
      maxDeadLetterShare: maxDeadLetterShare ?? settings.delivery.maxDeadLetterShare,
      giveUpAfterMs: giveUpAfter ?? settings.delivery.giveUpAfter,
      ...(typeof rate === 'number' && { maxEventsPerSecond: rate }),
    },
    deadLetters: { personalData: settings.deadLetters.personalData ?? (mapper.pseudonyms ? 'omit' : 'keep') },
  };
}
