import type { ObservationRow } from './langfuse-rows.js';

interface Prompt {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly version: number;
}

export const PROMPTS: readonly Prompt[] = [1, 2].map((version) => ({
  id: `prompt-${version}`,
  project_id: 'proj-support',
  name: 'answer-question',
  version,
}));

/** The prompt that an observation names, if it is one of its project. */
export function promptOf(row: ObservationRow): Prompt | undefined {
  return PROMPTS.find(({ id, project_id: projectId }) => id === row.prompt_id && projectId === row.project_id);
}
