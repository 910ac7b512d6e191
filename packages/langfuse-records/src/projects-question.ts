import type { SetupQuestion } from '@sluice/core/adapter';

/** The finding that lists the projects; `sluice init` lets a person pick from it. */
export const PROJECTS_FINDING = 'projects';

/** What `sluice init` asks about the option `projects`. */
export const PROJECTS_QUESTION: SetupQuestion = {
  option: 'projects',
  label: 'Projects to export',
  help: 'all, or ids separated by commas',
  default: 'all',
  choices: [{ name: 'all', value: 'all', label: 'all, with those that are created later' }],
  choicesFrom: PROJECTS_FINDING,
  example: 'all',
};
