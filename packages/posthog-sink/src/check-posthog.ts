import { RefusedError, SluiceError, type CheckResult, type Instant } from '@sluice/core';
import { otherRegion } from './host.js';
import type { PosthogAnswer } from './posthog-answer.js';
import { keyFinding, keyRefused, protocolFinding, type KeyFinding } from './probe.js';
import type { Proxy } from './proxy.js';

/** What `check()` needs of the sink. */
export interface CheckContext {
  readonly host: string;
  readonly protocol: 'auto' | 'v0' | 'v1';
  readonly proxy: Proxy | undefined;
  now(): Instant;
  probeKey(): Promise<PosthogAnswer>;
  probeProtocol(): Promise<PosthogAnswer>;
  /** Asks another host for the key's settings. */
  probeKeyAt(url: string): Promise<PosthogAnswer>;
  readonly signal: AbortSignal | undefined;
}

const KEY_FIX = 'Copy the project API key (phc_) and the region from PostHog, Settings, Project.';
const HOST_FIX = 'Check host, and that this machine may reach it.';

const CLOCK_TOLERANCE_SECONDS = 60;

const KEY_NOT_ASKED: CheckResult = {
  name: 'project key',
  outcome: 'unknown',
  message: 'nobody could be asked about the project key',
};

export async function checkPosthog(context: CheckContext): Promise<readonly CheckResult[]> {
  const via = context.proxy === undefined ? '' : ` through the proxy of ${context.proxy.variable}`;
  const answer = await resultOf(context, () => context.probeKey());
  if (answer instanceof SluiceError) return [bad('host', answer.message, HOST_FIX), KEY_NOT_ASKED];
  const found = await resultOf(context, async () => keyFinding(answer, context.now()));
  if (found instanceof SluiceError) return [bad('host', found.message, HOST_FIX), KEY_NOT_ASKED];
  const results: CheckResult[] = [
    { name: 'host', outcome: 'good', message: `${context.host} answers${via}` },
    await checkKey(context, found),
    ...checkClock(context, answer),
  ];
  if (context.protocol !== 'v0') results.push(await checkProtocol(context));
  return results;
}

/** A key is bad by a 401 alone; where the answer leaves it open, so does the finding. */
async function checkKey(context: CheckContext, found: KeyFinding): Promise<CheckResult> {
  const name = 'project key';
  if (found === 'known') return { name, outcome: 'good', message: `${context.host} knows the project key` };
  const region = await regionOfKey(context);
  const fix =
    region === undefined ? KEY_FIX : `Set host to ${region}: it knows the key, which ${context.host} does not.`;
  if (found === 'refused') return bad(name, keyRefused().message, fix);
  return {
    name,
    outcome: 'unknown',
    message: `${context.host} does not say whether it knows the project key; a wrong key or region would lose events without an error`,
    fix,
  };
}

/** The other region of PostHog's cloud, if it knows the key that this one does not. */
async function regionOfKey(context: CheckContext): Promise<string | undefined> {
  const region = otherRegion(context.host);
  if (region === undefined) return undefined;
  const found = await resultOf(context, async () => keyFinding(await context.probeKeyAt(region), context.now()));
  return found === 'known' ? region : undefined;
}

/** PostHog sets events that lie more than 23 hours ahead of its clock to now: then a repeat is another event. */
function checkClock(context: CheckContext, { date }: PosthogAnswer): readonly CheckResult[] {
  const differenceMs = Date.parse(date ?? '') - context.now();
  if (Number.isNaN(differenceMs)) return [];
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  const message = `the host is ${seconds} s ${differenceMs < 0 ? 'behind' : 'ahead of'} this machine`;
  if (seconds <= CLOCK_TOLERANCE_SECONDS) return [{ name: 'clock', outcome: 'good', message }];
  return [{ name: 'clock', outcome: 'warning', message, fix: 'Set the clock of this machine by NTP.' }];
}

async function checkProtocol(context: CheckContext): Promise<CheckResult> {
  const name = 'protocol';
  const offered = await resultOf(context, async () => protocolFinding(await context.probeProtocol(), context.now()));
  if (offered instanceof RefusedError) return bad(name, offered.message, KEY_FIX);
  if (offered instanceof SluiceError) return bad(name, offered.message, HOST_FIX);
  const message = `the host speaks ${offered}${offered === 'v0' ? ', which does not report dropped events' : ''}`;
  if (context.protocol === 'v1' && offered === 'v0') return bad(name, message, 'Set protocol to auto or v0.');
  return { name, outcome: 'good', message };
}

function bad(name: string, message: string, fix: string): CheckResult {
  return { name, outcome: 'bad', message, fix };
}

/** What went wrong becomes a result; an abort and a bug stay what they are. */
async function resultOf<T>({ signal }: CheckContext, look: () => Promise<T>): Promise<T | SluiceError> {
  try {
    return await look();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SluiceError) return error;
    throw error;
  }
}
