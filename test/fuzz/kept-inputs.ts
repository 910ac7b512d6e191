/** Inputs that once were findings: tried in every run, whatever the generators make of a seed. */
export const KEPT_PIPELINES: readonly { readonly text: string; readonly url?: string; readonly key?: string }[] = [
  {
    text: "he folder of this file. Where that is read-only, as in a container, set the variable to\u0000another folderr.\nstate: { use: file, with: { directory: '${SLUICE_STATE_DIRECTORY:-.sluice}' } }\n\nparams: { langfuseUrl: 'https://langfuse.example.com/$${langfuse url}' }\nStarts at t# yaml-language-server: $schema=schema/langfuse-to-jsonl.json\n# The same events as JSON lines, on stdout or in a file, for inspection or another import.\nsluice: 1\npipeline: langfuse-to-jsonl\nsource:\n  use: langfuse-postgres\n  with:\n    url: ${LANGFUSE_DATABASE_URL}\nsink:\n  use: jsonl\n  with:\n    path: ${EVENTS_FILE:--} # a file, or - for stdout\nmapping: mappings/langfuse-posthog.yaml\nparams:\n  langfuseUrl: ${LANGFUSE_URL}\n# ",
  },
  {
    text: "RECTORY:-.sluice}' } }\n\nparams: { langfuseUrl: 'https://las file. Where that is read-only, as in $${langfuse url}' }\nink:\n  use: jsonl\n  with:\n    path: ${EVENTS_FILE:--} # a file, or - for stdout\nmapping:0777r: $schema=schema/lause-to-jsonl.json\n# The same events as JSON linlines, on stdout or in a file, for inspection or another import.\nsluice: 1\npipeline: langfuse-to-jsonl\nsource:\n  use: langfuse-postgres\n  with:\n    url: ${LANGFUSE_DATABASE_URL}\ns",
  },
  // The whole text was copied for each of thousands of variables.
  { text: `sluice: 1\npipeline: a\n${'a: { b: ${X}, c: [${Y:-z}] }\n'.repeat(1000)}` },
  // A suggestion took the value of a variable apart.
  {
    text: 'sluice: 1\npipeline: a\nsource: { use: langfuse-postgres, with: { projects: "${LANGFUSE_DATABASE_URL}" } }\n',
    url: ' postgres://a:Zq7xVw93Kj@b , Zq7xVw93Kj\nZq7xVw93Kj',
  },
  // A secret with half of a character.
  { text: 'source: { use: langfuse-postgres, with: { url: "postgres://a:\\ud800@b/c" } }' },
];

export const KEPT_MAPPINGS: readonly string[] = [
  // Code was made of it that does not compile.
  'sluice: 1\nextends: base.yaml\nevents: [{ event: langfuse trace, properties: { link: { url: "" } } }]\n',
  // The whole text was read again for each of thousands of errors.
  `sluice: 1\nextends: base.yaml\nparams:\n${'  a: "\\ud83cGr\\\n'.repeat(1000)}`,
];
