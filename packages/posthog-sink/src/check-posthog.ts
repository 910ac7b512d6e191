import { SluiceError, type CheckResult, type Instant } from '@sluice/core';
import type { PosthogAnswer } from './posthog-answer.js';
import { keyFinding, keyRefused, protocolFinding } from './probe.js';

/** What `check()` needs of the sink. */
export interface CheckContext {
  readonly host: string;
  readonly protocol: 'auto' | 'v0' | 'v1';
  readonly environment: Readonly<Record<string, string | undefined>>;
  now(): Instant;
  probeKey(): Promise<PosthogAnswer>;
  probeProtocol(): Promise<PosthogAnswer>;
  readonly signal: AbortSignal | undefined;
}

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

export async function checkPosthog(context: CheckContext): Promise<readonly CheckResult[]> {
  const results = [await finding('project key', context, () => checkKey(context))];
  if (context.protocol !== 'v0') {
    results.push(await finding('protocol', context, () => checkProtocol(context)));
  }
  return [...results, ...checkProxy(context.environment)];
}

async function checkKey(context: CheckContext): Promise<CheckResult> {
  const name = 'project key';
  const found = keyFinding(await context.probeKey(), context.now());
  if (found === 'known') return { name, outcome: 'good', message: `${context.host} knows the project key` };
  if (found === 'refused') {
    const fix = 'Copy the project API key from PostHog, Settings, Project, and set host to that region.';
    return { name, outcome: 'bad', message: keyRefused().message, fix };
  }
  return {
    name,
    outcome: 'unknown',
    message: `${context.host} does not say whether it knows the project key; a wrong key or region would lose events without an error`,
    fix: 'Compare key and region with PostHog, Settings, Project.',
  };
}

async function checkProtocol(context: CheckContext): Promise<CheckResult> {
  const offered = protocolFinding(await context.probeProtocol(), context.now());
  const isMissing = context.protocol === 'v1' && offered === 'v0';
  return {
    name: 'protocol',
    outcome: isMissing ? 'bad' : 'good',
    message: `the host speaks ${offered}${offered === 'v0' ? ', which does not report dropped events' : ''}`,
    ...(isMissing ? { fix: 'Set protocol to auto or v0.' } : {}),
  };
}

function checkProxy(environment: CheckContext['environment']): readonly CheckResult[] {
  const variable = PROXY_VARIABLES.find((name) => (environment[name] ?? '') !== '');
  if (variable === undefined) return [];
  return [
    {
      name: 'proxy',
      outcome: 'warning',
      message: `${variable} is set, but the PostHog sink connects directly`,
      fix: 'Let the host be reached directly, or set host to a reverse proxy.',
    },
  ];
}

/** What went wrong becomes a finding; an abort and a bug stay what they are. */
async function finding(name: string, context: CheckContext, look: () => Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await look();
  } catch (error) {
    context.signal?.throwIfAborted();
    if (!(error instanceof SluiceError)) throw error;
    const fix = 'Check host, and that this machine may reach it.';
    return { name, outcome: 'bad', message: error.message, fix };
  }
}
