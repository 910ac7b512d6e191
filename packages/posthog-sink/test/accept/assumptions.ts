import { AI_ASSUMPTIONS } from './ai-assumptions.js';
import type { Assumption } from './assumption.js';
import { GROUP_ASSUMPTIONS } from './group-assumptions.js';
import { HOST_ASSUMPTIONS } from './host-assumptions.js';
import { IDENTITY_ASSUMPTIONS } from './identity-assumptions.js';
import { V0_ASSUMPTIONS } from './v0-assumptions.js';
import { V1_ASSUMPTIONS } from './v1-assumptions.js';

/** In the order of the table in `docs/posthog-sink.md`. */
export const ASSUMPTIONS: readonly Assumption[] = [
  ...HOST_ASSUMPTIONS,
  ...V0_ASSUMPTIONS,
  ...V1_ASSUMPTIONS,
  ...IDENTITY_ASSUMPTIONS,
  ...GROUP_ASSUMPTIONS,
  ...AI_ASSUMPTIONS,
];
