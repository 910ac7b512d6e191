import { readFileSync } from 'node:fs'; import { createHash } from 'node:crypto';
import { TextOutput } from '@sluice/core/text';
import { encodeEvent } from './dist/encode-event.js';
import { writeEventText } from './dist/write-event-text.js';
import { requestBody } from './dist/posthog-request.js';
import { BufferPool } from './dist/buffer-pool.js';
let src = readFileSync('/tmp/sinkbench/.m1.mjs', 'utf8').split('\n'); src = src.slice(src.findIndex(l=>l.startsWith('const words')), src.findIndex(l=>l.startsWith('console.log')));
const texts = new Function('Buffer','createHash', src.join('\n') + ';return texts;')(Buffer, createHash);
const N = texts.length;
const events = texts.map((t) => { const { event, uuid, distinct_id, timestamp, properties } = JSON.parse(t); delete properties.$geoip_disable; delete properties.$lib; delete properties.$lib_version; return { event, uuid, distinct_id, timestamp, anonymous: false, session_id: 'chat', set: { langfuse_user_url: 'https://x/' + distinct_id }, properties }; });
const library = { name: 'sluice', version: '0.1.0' };
const page = undefined;
const v = (get) => { const bufs = events.map((e) => { const x = get(e); return x === null || x === undefined ? undefined : Buffer.from(JSON.stringify(x)); }); return (_p, r, o) => { const b = bufs[r]; if (b === undefined) return false; o.append(b); return true; }; };
const names = Object.keys(events[0].properties);
const ET = { event: events[0].event, includes: () => true, fields: [
 { kind: 'value', name: 'uuid', write: v((e) => e.uuid) }, { kind: 'value', name: 'distinct_id', write: v((e) => e.distinct_id) }, { kind: 'value', name: 'timestamp', write: v((e) => e.timestamp) },
 { kind: 'value', name: 'anonymous', write: v((e) => e.anonymous) }, { kind: 'value', name: 'session_id', write: v((e) => e.session_id) },
 { kind: 'map', name: 'set', nulls: 'omitted', names: [{ name: 'langfuse_user_url', omitNull: true, write: v((e) => e.set.langfuse_user_url) }] },
 { kind: 'map', name: 'properties', nulls: 'kept', names: names.map((name) => ({ name, omitNull: false, write: v((e) => e.properties[name]) })) } ] };
const pool = new BufferPool();
const req = (events) => ({ events, protocol: 'v0', historical: true, createdAt: 0 });
const enc = () => events.map((e) => encodeEvent(e, { protocol: 'v0', library, shorten: [] }).event);
const oldBody = (evs) => `{"api_key":"phc_x","historical_migration":true,"batch":[${evs.map((e) => e.text).join(',')}]}`;
const wr = writeEventText(ET, { protocol: 'v0', library });
const out = new TextOutput();
const write = () => { const evs = []; for (let r = 0; r < N; r++) { out.begin(); wr(page, r, out); if (out.isDeclined) throw new Error('declined ' + r); evs.push({ bytes: out.length - out.start, source: { bytes: out.bytes, start: out.start } }); } return evs; };
const pooled = (evs) => { let b; const body = requestBody(req(evs), 'phc_x', (n) => (b = pool.take(n))); pool.give(b); return body; };
let stash;
const cases = {
  'encode': () => { stash = enc(); }, 'old body string': () => Buffer.from(oldBody(stash)), 'body of encoded': () => pooled(stash),
  'textWriter reused chunk': () => { for (let r = 0; r < N; r++) { if (out.bytes.length - out.length < 65536) out.length = 0; out.begin(); wr(page, r, out); } },
  'textWriter': () => { stash = write(); }, 'body of written': () => pooled(stash),
};
{ const a = Buffer.from(oldBody(enc())), b = Buffer.from(pooled(write())), c = Buffer.from(pooled(enc())); console.log('same', a.equals(b), a.equals(c), a.length / N); }
const res = {};
for (let r = 0; r < 40; r++) for (const [k, f] of Object.entries(cases)) { const c0 = process.cpuUsage(); f(); const c = process.cpuUsage(c0); (res[k] ??= []).push((c.user + c.system) / N); }
for (const [k, a] of Object.entries(res)) { const s = a.slice(8).sort((x, y) => x - y); console.log(k.padEnd(18), 'median', s[16].toFixed(3), 'min', s[0].toFixed(3)); }
if (process.argv[2]) { const t = performance.now(); while (performance.now() - t < 6000) write(); }
