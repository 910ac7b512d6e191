import type { Problem } from '../contracts/problem.js';
import type { PipelineConfig } from './pipeline-config.js';

/** What is wrong with a pipeline file, and its pipelines if they can be used. */
export interface LoadedPipelineFile {
  /** Every problem at once, in the order of their places. */
  readonly problems: readonly Problem[];
  /** Present when no problem is an error. The first of the branches. */
  readonly pipeline?: PipelineConfig;
  /** One for each entry of `foreach` and each sink; present when no problem is an error. */
  readonly branches?: readonly PipelineConfig[];
}
