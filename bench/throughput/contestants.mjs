import { fileURLToPath } from 'node:url';
import { sluiceCommand } from './sluice-command.mjs';

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} label as in the tables
 * @property {'all' | 'some' | 'none'} delivers which events arrive: `some` loses events by design, `none` only reads
 * @property {boolean} [onlyInFull] whether the small mode leaves it out
 * @property {number} [latencyMs] how long the receiver waits before it answers
 * @property {'v0' | 'v1'} [protocol] what the receiver offers
 * @property {(events: number) => { command: string[], env: Record<string, string>, remove?: () => void }} program
 */

/** The contestants other than Sluice are programs of their own. */
export function scriptPath(name) {
  return fileURLToPath(new URL(`../contestants/${name}.mjs`, import.meta.url));
}

const FULL = { onlyInFull: true };

/** The real command with the shipped pipeline, changed by a variant. */
export const sluice = (name, label, variant, conditions = {}) => ({
  name,
  label,
  delivers: 'all',
  program: () => sluiceCommand(variant),
  ...conditions,
});

const script = (name, label, file, env = {}, conditions = {}) => ({
  name,
  label,
  delivers: 'all',
  program: (events) => ({
    command: [process.execPath, scriptPath(file)],
    env: { ...env, EVENTS: String(events) },
  }),
  ...conditions,
});

/** In the order of the tables. @type {readonly Contestant[]} */
export const CONTESTANTS = [
  sluice('sluice', 'Sluice, gzip, 1,000 a request', {}),
  sluice('sluice-plain', 'Sluice, no gzip, 1,000', { gzip: false }),
  sluice('sluice-4000', 'Sluice, gzip, 4,000', { maxEvents: 4000 }, FULL),
  sluice('sluice-4000-plain', 'Sluice, no gzip, 4,000', { gzip: false, maxEvents: 4000 }, FULL),
  sluice('sluice-50ms', 'Sluice, gzip, 1,000, 50 ms latency', {}, { latencyMs: 50 }),
  sluice('sluice-v1', 'Sluice, gzip, 1,000, protocol v1', {}, { protocol: 'v1', ...FULL }),
  script('posthog-node', 'posthog-node, flush awaited every 1,000', 'posthog-node-awaited'),
  script('posthog-node-readme', 'posthog-node as in its README', 'posthog-node-readme', {}, { delivers: 'some' }),
  script('segment', '@segment/analytics-node, flush awaited every 1,000', 'segment-awaited'),
  script('idiomatic', 'idiomatic loop, gzip, 1,000', 'idiomatic-loop', { GZIP: 'true' }),
  script('idiomatic-plain', 'idiomatic loop, no gzip, 1,000', 'idiomatic-loop', { GZIP: 'false' }),
  script(
    'idiomatic-50ms',
    'idiomatic loop, gzip, 1,000, 50 ms latency',
    'idiomatic-loop',
    { GZIP: 'true' },
    { latencyMs: 50, ...FULL },
  ),
  script('copy', 'narrow COPY to nowhere, 1 connection', 'copy-to-nowhere', {}, { delivers: 'none' }),
  script(
    'copy-2',
    'narrow COPY to nowhere, 2 connections',
    'copy-to-nowhere',
    { CONNECTIONS: '2' },
    { delivers: 'none' },
  ),
  script('raw-post', 'raw POST of finished bodies, 4,000 each', 'raw-post', {}, { delivers: 'some' }),
];

export function contestantNamed(name) {
  const found = CONTESTANTS.find((contestant) => contestant.name === name);
  if (found === undefined)
    throw new Error(`unknown contestant ${name}: one of ${CONTESTANTS.map((each) => each.name).join(', ')}`);
  return found;
}
