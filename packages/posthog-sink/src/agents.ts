import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import type { Proxy } from './proxy.js';

export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** Keeps connections open. Where a proxy is set, they are tunnels through it (`CONNECT`). */
export function createAgents(proxy: Proxy | undefined, maxConnections: number): Agents {
  const options = { keepAlive: true, maxSockets: maxConnections };
  if (proxy === undefined) return { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const proxied = { ...options, proxy: proxy.url };
  return { http: new HttpProxyAgent(proxied), https: new HttpsProxyAgent(proxied) };
}
