import type { Instant } from '@sluice/core/adapter';

/** `2026-03-10T11:30:00Z`: to the second, in UTC. */
export function momentText(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
