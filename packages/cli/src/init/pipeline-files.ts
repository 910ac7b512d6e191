import { join, relative } from 'node:path';
import { locatePackageFile } from '@sluice/core';
import { shippedConfig } from '../shipped-config.js';
import type { Answers } from './answers.js';

/** A file that `init` writes. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** The pipeline, its mapping and the example of its variables. Pure, and without a secret. */
export function pipelineFiles(directory: string, answers: Answers): readonly NewFile[] {
  const mapping = join('mappings', `${answers.name}.yaml`);
  return [
    { path: join(directory, `${answers.name}.yaml`), text: pipelineText(answers, mapping) },
    { path: join(directory, mapping), text: mappingText(answers, join(directory, 'mappings')) },
    { path: join(directory, '.env.example'), text: environmentText(answers) },
  ];
}

function pipelineText(answers: Answers, mapping: string): string {
  const { name, databaseUrlEnv, posthogKeyEnv, posthogHost, projects, start } = answers;
  const list = projects === 'all' ? 'all' : `[${projects.map((id) => JSON.stringify(id)).join(', ')}]`;
  return `# Langfuse v2 (Postgres) to PostHog: one event per trace, generation and score.
sluice: 1
pipeline: ${name}
source:
  use: langfuse-postgres
  with:
    url: \${${databaseUrlEnv}}
    projects: ${list} # all, or a list of ids
sink:
  use: posthog
  with:
    host: \${POSTHOG_HOST:-${posthogHost}}
    apiKey: \${${posthogKeyEnv}}
mapping: ${mapping}
params:
  langfuseUrl: ${langfuseUrlVariable(answers)}
schedule: { cron: '30 * * * *', timeZone: UTC }
start: ${start} # or now, or a date: what the first run backfills
settle: 30m # how long a record rests before it is exported
revisit: 24h # how far back changes of older records are looked for
state: { use: file, with: { directory: .sluice } } # relative to where the command runs
`;
}

function langfuseUrlVariable({ langfuseUrl }: Answers): string {
  return langfuseUrl === undefined ? '${LANGFUSE_URL}' : `\${LANGFUSE_URL:-${langfuseUrl}}`;
}

function mappingText({ name }: Answers, directory: string): string {
  return `# The events that ship with Sluice, and your own changes to them. An entry below replaces the one of the same name,
# or adds one; everything else stays as it ships. Check it with: npx sluice lint
sluice: 1
mapping: ${name}
extends: ${JSON.stringify(shippedMapping(directory))}
#
# events:
#   - event: langfuse trace
#     properties:
#       team: { const: search } # a literal
#       langfuse_public: public # a field of the trace
`;
}

/** By the package's name where it is installed, so that the file means the same elsewhere; in the repository by path. */
function shippedMapping(directory: string): string {
  const name = '@sluice/cli/configs/mappings/langfuse-posthog.yaml';
  if (locatePackageFile(name, join(directory, 'mapping.yaml')) !== undefined) return name;
  return relative(directory, shippedConfig('mappings/langfuse-posthog.yaml'));
}

function environmentText({ databaseUrlEnv, posthogKeyEnv, posthogHost, langfuseUrl }: Answers): string {
  return `# Copy this file to .env, fill it in, and keep it out of version control. Commands read it with --env-file.

# Langfuse's database, with a role that may only read: postgresql://sluice:…@db.example.com:5432/langfuse?sslmode=require
${databaseUrlEnv}=

# Where people open Langfuse: deep links begin with it.
LANGFUSE_URL=${langfuseUrl ?? ''}

# The project's API key, phc_…: PostHog, Settings, Project, General.
${posthogKeyEnv}=
POSTHOG_HOST=${posthogHost}
`;
}
