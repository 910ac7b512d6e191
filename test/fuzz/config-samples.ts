import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PROBLEM_CODES } from '@sluice/yaml-mapper';
import { CONFIG_CODES } from '@sluice/core/config';

function shipped(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../configs/${path}`, import.meta.url)), 'utf8');
}

const examples = Object.values(PROBLEM_CODES).flatMap(({ wrong, right }) => [wrong, right]);

export const BASE = shipped('mappings/langfuse-posthog.yaml');

export const MAPPINGS: readonly string[] = [
  BASE,
  shipped('mappings/langfuse-posthog-extended.yaml'),
  ...examples.map((example) => `sluice: 1\nextends: base.yaml\n${example}\n`),
  ...examples.map(
    (example) =>
      `sluice: 1\nextends: base.yaml\nevents:\n  - event: langfuse trace\n    properties:\n${example.replaceAll(/^/gmu, '      ')}\n`,
  ),
];

export const PIPELINES: readonly string[] = [
  shipped('langfuse-to-posthog.yaml'),
  shipped('langfuse-to-jsonl.yaml'),
  ...Object.values(CONFIG_CODES).flatMap(({ wrong, right }) =>
    [wrong, right].map((part) => `${shipped('langfuse-to-jsonl.yaml')}\n${part}\n`),
  ),
];

export const ENVIRONMENT_FILES: readonly string[] = [
  'LANGFUSE_DATABASE_URL=postgres://reader:tell-nobody-8@db/langfuse\r\nUSER_SALT="salt # \\"nobody\\""\n# note\nexport A=\'x\'\n',
  'A=1\nB = two words # note\nC="\n',
];
