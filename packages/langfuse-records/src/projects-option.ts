import { z } from 'zod';

/** The projects to read: all, or those with the given ids. */
export type Projects = 'all' | readonly string[];

/** What to know before a state is continued with another list. */
export const PROJECTS_CHANGED =
  'If only the list of projects changed, sluice state accept continues from the cursor with the new list. To export the ' +
  'history of an added project, use sluice backfill, or a separate pipeline for that project';

const LIST = 'write all, or a list of project ids';

/** The option `projects` of a source. */
export function projectsOption() {
  return z
    .union([z.literal('all'), z.array(projectId()).min(1, LIST)], { error: ({ input }) => instead(input) ?? LIST })
    .refine((projects) => projects === 'all' || projects.every((id) => !/^all$/i.test(id)), 'write projects: all')
    .default('all')
    .describe('`all`, or the ids of the projects to export.');
}

function projectId(): z.ZodString {
  return z.string({ error: ({ input }) => instead(input) ?? 'write each project id in quotes' }).min(1);
}

/** How to write a value that YAML does not read as a text; undefined where the text cannot be told. */
function instead(input: unknown): string | undefined {
  if (typeof input === 'string') {
    if (/^all$/i.test(input)) return 'write projects: all';
    const ids = input.split(',').map((id) => `'${id.trim()}'`);
    return `write all, or a list such as [${ids.join(', ')}]`;
  }
  return typeof input === 'boolean' || Number.isSafeInteger(input) ? `write '${String(input)}' in quotes` : undefined;
}
