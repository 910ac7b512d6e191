import type { Runtime } from '../../contracts/runtime.js';

const FIRST_CEILING_MS = 500;
const HIGHEST_CEILING_MS = 60_000;

/** How long to wait before the next attempt: full jitter under a doubling ceiling, never less than `floorMs`. */
export function backoffMs(failures: number, runtime: Runtime, floorMs = 0): number {
  const ceilingMs = Math.min(HIGHEST_CEILING_MS, FIRST_CEILING_MS * 2 ** Math.min(failures, 20));
  return Math.max(floorMs, runtime.random() * ceilingMs);
}
