import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { uuidsIn } from './uuid-counter.mjs';

const decompress = promisify(gunzip);
const V1_PATH = '/i/v1/analytics/events';
const SEGMENT_PATH = '/v1/batch';

export function isForEvents({ method, url }) {
  return method === 'POST' && (url.startsWith('/batch') || url === V1_PATH || url === SEGMENT_PATH);
}

/** What PostHog answers to a request, or Segment to its own client. */
export async function answerTo({ method, url, headers }, wire, protocol) {
  if (method === 'GET' && url.startsWith('/array/')) {
    return { status: 200, type: 'application/javascript', body: 'window._POSTHOG_REMOTE_CONFIG = {}' };
  }
  if (url === SEGMENT_PATH) return json(200, { success: true });
  if (url === V1_PATH && protocol === 'v1') return answerToV1(headers, wire);
  if (url.startsWith('/batch')) return json(200, { status: 'Ok' });
  return { status: 404, type: 'text/plain', body: '' };
}

/** A result for each event, by its uuid. */
async function answerToV1(headers, wire) {
  const body = headers['content-encoding'] === 'gzip' ? await decompress(wire) : wire;
  const uuids = uuidsIn(body);
  if (uuids.length === 0) return json(400, { error: 'empty_batch', error_description: 'empty batch' });
  return json(200, { results: Object.fromEntries(uuids.map((uuid) => [uuid, { result: 'ok' }])) });
}

function json(status, body) {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
