import {
  RefusedError,
  SluiceError,
  type AdapterContext,
  type CallOptions,
  type CheckResult,
} from '@sluice/core/adapter';
import { MAX_AI_EVENT_BYTES } from './ai/large-ai-events.js';
import { MAX_EVENT_BYTES } from './event-size.js';
import type { Protocol } from './encode-event.js';
import { otherRegion } from './host.js';
import type { HttpAnswer } from '@sluice/adapter-kit';
import type { HostNeeds } from './open-posthog.js';
import type { PosthogApi } from './posthog-api.js';
import {
  assertTakesBatches,
  keyFinding,
  keyRefused,
  probeAiRoute,
  probeBatch,
  probeKey,
  probeProtocol,
  probeSettings,
  protocolFinding,
  type KeyFinding,
} from './probe.js';

interface CheckContext {
  readonly api: PosthogApi;
  readonly adapter: AdapterContext;
  readonly signal: AbortSignal | undefined;
}

const KEY_FIX = 'copy the project API key (phc_) and the region from PostHog, Settings, Project';
const HOST_FIX = 'check host, and whether this machine can reach it';

const CLOCK_TOLERANCE_SECONDS = 60;

const KEY_NOT_CHECKED: CheckResult = {
  name: 'project key',
  outcome: 'unknown',
  message: 'the project key could not be checked',
};

export async function checkPosthog(
  api: PosthogApi,
  { protocol: wanted, sendsAiEvents }: HostNeeds,
  adapter: AdapterContext,
  { signal }: CallOptions,
): Promise<readonly CheckResult[]> {
  const context: CheckContext = { api, adapter, signal };
  const answer = await resultOf(context, () => probeKey(api, signal));
  if (answer instanceof SluiceError) return [bad('host', answer.message, HOST_FIX), KEY_NOT_CHECKED];
  const finding = await resultOf(context, async () => keyFinding(answer, adapter.runtime.now()));
  if (finding instanceof SluiceError) return [bad('host', finding.message, HOST_FIX), KEY_NOT_CHECKED];
  const through = api.proxy === undefined ? '' : ` through the proxy of ${api.proxy.variable}`;
  const key = await checkKey(context, finding);
  const results: CheckResult[] = [
    { name: 'host', outcome: 'good', message: `${api.url} answers${through}` },
    key,
    ...checkClock(context, answer),
  ];
  const offered = wanted === 'v0' ? 'v0' : await offeredProtocol(context);
  if (wanted !== 'v0') results.push(protocolResult(offered, wanted));
  if (offered === 'v0' && wanted !== 'v1') {
    const failure = await checkBatch(context);
    if (failure !== undefined && !(isForKey(failure) && key.outcome === 'bad')) {
      results.push(bad('batches', failure.message, fixFor(failure)));
    }
  }
  if (sendsAiEvents && !(offered instanceof SluiceError)) results.push(await checkAiRoute(context, offered));
  return results;
}

/** Only a 401 makes a key bad; an answer that says nothing about the key leaves it unknown. */
async function checkKey(context: CheckContext, finding: KeyFinding): Promise<CheckResult> {
  const name = 'project key';
  const { url } = context.api;
  if (finding === 'known') return { name, outcome: 'good', message: `${url} knows the project key` };
  const region = await regionOfKey(context);
  const fix = region === undefined ? KEY_FIX : `set host to ${region}: it knows the key, and ${url} does not`;
  if (finding === 'refused') return bad(name, keyRefused().message, fix);
  const message = `${url} does not say whether it knows the project key; a wrong key or region would lose events without an error`;
  return { name, outcome: 'unknown', message, fix };
}

/** The other region of PostHog's cloud, if it knows the key that this one does not know. */
async function regionOfKey(context: CheckContext): Promise<string | undefined> {
  const region = otherRegion(context.api.url);
  if (region === undefined) return undefined;
  const api = context.api.at(region);
  try {
    const finding = await resultOf(context, async () =>
      keyFinding(await probeSettings(api, context.signal), context.adapter.runtime.now()),
    );
    return finding === 'known' ? region : undefined;
  } finally {
    api.close();
  }
}

/** PostHog changes the time of events more than 23 hours ahead of its clock to its now: a repeat is another event then. */
function checkClock({ adapter: { runtime } }: CheckContext, { date }: HttpAnswer): readonly CheckResult[] {
  const differenceMs = Date.parse(date ?? '') - runtime.now();
  if (Number.isNaN(differenceMs)) return [];
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  const message = `the host is ${seconds} s ${differenceMs < 0 ? 'behind' : 'ahead of'} this machine`;
  if (seconds <= CLOCK_TOLERANCE_SECONDS) return [{ name: 'clock', outcome: 'good', message }];
  return [{ name: 'clock', outcome: 'warning', message, fix: 'synchronise the clock of this machine by NTP' }];
}

function offeredProtocol(context: CheckContext): Promise<Protocol | SluiceError> {
  return resultOf(context, async () =>
    protocolFinding(await probeProtocol(context.api, context.adapter, context.signal), context.adapter.runtime.now()),
  );
}

function protocolResult(offered: Protocol | SluiceError, wanted: 'auto' | 'v1'): CheckResult {
  const name = 'protocol';
  if (offered instanceof RefusedError) return bad(name, offered.message, fixFor(offered));
  if (offered instanceof SluiceError) return bad(name, offered.message, HOST_FIX);
  const message = `the host speaks ${offered}${offered === 'v0' ? ', which does not report dropped events' : ''}`;
  if (wanted === 'v1' && offered === 'v0') return bad(name, message, 'set protocol to auto or v0');
  return { name, outcome: 'good', message };
}

/** A proxy can pass the other requests on and stop this one. */
function checkBatch(context: CheckContext): Promise<SluiceError | undefined> {
  const { api, adapter, signal } = context;
  return resultOf(context, async () => {
    assertTakesBatches(await probeBatch(api, signal), adapter.runtime.now());
    return undefined;
  });
}

/** Only for a mapping that makes AI events. Without the route, large ones are shortened or rejected. */
async function checkAiRoute(context: CheckContext, protocol: Protocol): Promise<CheckResult> {
  const { api, adapter, signal } = context;
  const name = 'large AI events';
  const route = await resultOf(context, () => probeAiRoute(api, adapter, protocol, signal));
  if (route instanceof SluiceError) return { name, outcome: 'unknown', message: route.message };
  if (route !== undefined) {
    return {
      name,
      outcome: 'good',
      message: `the host takes AI events of up to ${MAX_AI_EVENT_BYTES} bytes, by ${route}`,
    };
  }
  const message = `the host has no route for them: AI events over ${MAX_EVENT_BYTES} bytes are shortened or rejected`;
  return { name, outcome: 'warning', message, fix: 'name properties in shorten, or leave out prompts and outputs' };
}

function fixFor(error: SluiceError): string {
  return isForKey(error) ? KEY_FIX : HOST_FIX;
}

function isForKey(error: SluiceError): boolean {
  return error instanceof RefusedError && error.refusal === 'credentials';
}

function bad(name: string, message: string, fix: string): CheckResult {
  return { name, outcome: 'bad', message, fix };
}

/** An error of the contracts becomes a result; an abort and a bug are thrown. */
async function resultOf<T>({ signal }: CheckContext, look: () => Promise<T>): Promise<T | SluiceError> {
  try {
    return await look();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SluiceError) return error;
    throw error;
  }
}
