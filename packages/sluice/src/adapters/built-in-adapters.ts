import type { AdapterReference } from '@sluice/core/config';

/** The adapters that ship with Sluice, by the names that files use. A package is imported when a file uses it. */
export const BUILT_IN_ADAPTERS: readonly AdapterReference[] = [
  { kind: 'source', type: 'langfuse-postgres', load: () => import('@sluice/langfuse-postgres-source') },
  { kind: 'source', type: 'langfuse-clickhouse', load: () => import('@sluice/langfuse-clickhouse-source') },
  { kind: 'source', type: 'postgres', load: () => import('@sluice/postgres-source') },
  { kind: 'source', type: 'jsonl', load: () => import('@sluice/jsonl-source') },
  { kind: 'sink', type: 'posthog', load: () => import('@sluice/posthog-sink') },
  { kind: 'sink', type: 'mixpanel', load: () => import('@sluice/mixpanel-sink') },
  { kind: 'sink', type: 'segment', load: () => import('@sluice/segment-sink') },
  { kind: 'sink', type: 'object-storage', load: () => import('@sluice/object-storage-sink') },
  { kind: 'sink', type: 'postgres', load: () => import('@sluice/postgres-sink') },
  { kind: 'sink', type: 'webhook', load: () => import('@sluice/webhook-sink') },
  { kind: 'sink', type: 'jsonl', load: () => import('@sluice/jsonl-sink') },
  { kind: 'state', type: 'file', load: () => import('@sluice/file-state') },
  { kind: 'state', type: 'postgres', load: () => import('@sluice/postgres-state') },
  { kind: 'scheduler', type: 'pg-boss', load: () => import('@sluice/pg-boss-scheduler') },
];
