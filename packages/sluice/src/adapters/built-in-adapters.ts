import type { AdapterReference } from '@sluice/core/config';

/** The adapters that ship with Sluice, by the names that files use. A package is imported when a file uses it. */
export const BUILT_IN_ADAPTERS: readonly AdapterReference[] = [
  { kind: 'source', type: 'langfuse-postgres', load: () => import('@sluice/langfuse-postgres-source') },
  { kind: 'source', type: 'langfuse-clickhouse', load: () => import('@sluice/langfuse-clickhouse-source') },
  { kind: 'sink', type: 'posthog', load: () => import('@sluice/posthog-sink') },
  { kind: 'sink', type: 'jsonl', load: () => import('@sluice/jsonl-sink') },
  { kind: 'state', type: 'file', load: () => import('@sluice/file-state') },
  { kind: 'state', type: 'postgres', load: () => import('@sluice/postgres-state') },
];
