import type { LeaseHolder } from '@sluice/core/state';
import { momentText } from './moment-text.js';

/** `process 4711 on ops-1 since 2026-03-10T11:30:00Z`. */
export function holderText({ pid, host, since }: LeaseHolder): string {
  return `process ${pid} on ${host} since ${momentText(since)}`;
}
