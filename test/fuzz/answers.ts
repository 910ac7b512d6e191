import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { SluiceError } from '@sluice/core/adapter';
import type { EncodedEvent, Sink } from '@sluice/core/sink';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext, someEvents } from '@sluice/testkit';
import { choicesFrom, type Choices, type FuzzTarget } from './fuzz-target.js';

const KEY = 'phc_fuzzkey1234567890';

interface Answer {
  /** What the server sends, and whether it then closes, goes on for ever, or says nothing more. */
  readonly bytes: Buffer;
  readonly end: 'closes' | 'goes on' | 'stays silent';
  readonly description: string;
  /** Whether the events may count as accepted: the answer arrives whole, and says so. */
  readonly accepts: boolean;
}

/** The sink against a server that answers anything. */
export const answers: FuzzTarget = {
  doc: "PostHog's answers",
  async start() {
    let answer: Answer | undefined;
    const server = createServer((socket) => serve(socket, () => answer)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      async attempt(seed) {
        const choices = choicesFrom(seed);
        const protocol = choices.of(['v0', 'v1'] as const);
        const config = { host, apiKey: KEY, protocol, gzip: false, connectTimeout: '150ms', requestTimeout: '150ms' };
        const sink = posthogSink.create(posthogSink.config.parse(config), anAdapterContext());
        const events = encoded(sink);
        answer = anAnswer(choices, protocol, events);
        try {
          await tried(sink, events, choices, answer);
        } catch (error) {
          throw new Error(`${protocol}, ${answer.description}`, { cause: error });
        } finally {
          await sink.close();
        }
      },
      async close() {
        server.close();
        await once(server, 'close');
      },
    };
  },
};

async function tried(
  sink: Sink,
  events: readonly EncodedEvent[],
  choices: Choices,
  { accepts }: Answer,
): Promise<void> {
  // A check reports what is wrong and never throws.
  if (choices.once(8)) return void (await sink.check());
  try {
    if (choices.once(8)) return await sink.open();
    const [request] = sink.assemble(events, {
      now: Date.UTC(2026, 0, 15),
      backfill: false,
      pipeline: 'fuzz',
      stream: 'note',
    }).requests;
    if (request === undefined) throw new Error('nothing to send');
    const { outcomes } = await sink.send(request, { attempt: 1 });
    if (!accepts && outcomes.some((outcome) => outcome?.kind === 'accepted')) throw new Error('taken for accepted');
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    if (error.message.includes(KEY.slice(4))) throw new Error('the key is in the message', { cause: error });
    if (error.message.length > 2000 || /\p{Cc}/u.test(error.message)) {
      throw new Error('the message is not one short line', { cause: error });
    }
  }
}

function encoded(sink: Sink): readonly EncodedEvent[] {
  return someEvents(2).map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
}

/** Reads a whole request, and then answers. */
function serve(socket: Socket, current: () => Answer | undefined): void {
  let received = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    received += data.toString('latin1');
    const head = received.indexOf('\r\n\r\n');
    const length = Number(/content-length: *(\d+)/i.exec(received)?.[1] ?? 0);
    const answer = current();
    if (head === -1 || received.length < head + 4 + length || answer === undefined) return;
    received = '';
    if (answer.end === 'closes') socket.end(answer.bytes);
    else socket.write(answer.bytes);
    if (answer.end === 'goes on') repeat(socket, Buffer.alloc(65_536, answer.bytes.length > 0 ? answer.bytes : 'x'));
  });
}

function repeat(socket: Socket, bytes: Buffer): void {
  while (!socket.destroyed && socket.write(bytes));
  if (!socket.destroyed) socket.once('drain', () => repeat(socket, bytes));
}

function anAnswer(choices: Choices, protocol: 'v0' | 'v1', events: readonly EncodedEvent[]): Answer {
  if (choices.once(20)) {
    const bytes = choices.bytes(choices.below(400));
    return { bytes, end: 'closes', description: `${bytes.length} random bytes`, accepts: false };
  }
  const status = choices.of([200, 200, 200, 200, 201, 204, 100, 301, 308, 400, 401, 402, 413, 429, 500, 503, 999]);
  const text = aBody(choices, protocol, events);
  const packed = choices.once(4) ? gzipSync(text) : undefined;
  const body =
    packed !== undefined && choices.once(3)
      ? packed.subarray(0, choices.below(packed.length))
      : (packed ?? Buffer.from(text));
  const announced = choices.once(8)
    ? choices.of(['0', '1', '-1', 'many', '99999999999', String(body.length + 7)])
    : String(body.length);
  const headers = [
    `content-type: ${choices.of(['application/json', 'text/html', 'text/plain', '', 'application/json; charset=utf-16', '\xff'])}`,
    ...(choices.once(12) ? ['transfer-encoding: chunked'] : [`content-length: ${announced}`]),
    ...(packed === undefined
      ? []
      : [`content-encoding: ${choices.of(['gzip', 'gzip', 'br', 'deflate', 'gzip, gzip'])}`]),
    ...(choices.once(6)
      ? [`retry-after: ${choices.of(['1', '-1', '1e9', 'soon', 'Fri, 31 Dec 9999 23:59:59 GMT'])}`]
      : []),
    ...(choices.once(6)
      ? [`date: ${choices.of(['never', 'Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT'])}`]
      : []),
    ...(choices.once(6) ? [`age: ${choices.of(['-5', '1e300', 'old', '7'])}`] : []),
    ...(choices.once(4)
      ? [`location: ${choices.of(['/batch', '//', 'http://[::', '\t', `/${KEY}`, 'x:'.repeat(500)])}`]
      : []),
    ...(choices.once(25) ? [`x-long: ${'x'.repeat(choices.of([1000, 20_000, 200_000]))}`] : []),
  ];
  const whole = Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${headers.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
  const cut = choices.once(6) ? choices.below(whole.length) : whole.length;
  const bytes = Buffer.from(whole.subarray(0, cut));
  const flipped = choices.once(8) && bytes.length > 0;
  if (flipped) bytes[choices.below(bytes.length)] = choices.below(256);
  const end = choices.once(40) ? 'goes on' : choices.once(40) ? 'stays silent' : 'closes';
  return {
    bytes,
    end,
    description: `${status} ${JSON.stringify(headers)} ${JSON.stringify(text.slice(0, 200))}, cut at ${cut} of ${whole.length}, ${flipped ? 'changed, ' : ''}${end}`,
    // Where a byte was changed, or more bytes follow, the answer may still be whole.
    accepts: flipped || (status >= 200 && status < 300 && saysAccepted(text, protocol) && cut === whole.length),
  };
}

/** JSON near what PostHog answers, and far from it. */
function aBody(choices: Choices, protocol: 'v0' | 'v1', events: readonly EncodedEvent[]): string {
  const word = () => choices.of(['ok', 'ok', 'warning', 'retry', 'drop', 'OK', '', null, 1, true, ['ok'], { ok: 1 }]);
  const shapes: readonly (() => unknown)[] = [
    () => ({ status: choices.of(['Ok', 1, 'ok', 'error', 2, true, null, ['Ok'], { Ok: 1 }, '1']) }),
    () => ({ status: 1, quota_limited: choices.of([['events'], [], 'events', null, ['recordings'], [['events']]]) }),
    () => ({ results: Object.fromEntries(events.map(({ uuid }) => [uuid, { result: word(), details: word() }])) }),
    () => ({
      results: choices.of([[], null, 'ok', 1, {}, Object.fromEntries(events.map(({ uuid }) => [uuid, word()]))]),
    }),
    () => ({
      results: {
        [events[0]?.uuid.toUpperCase() ?? '']: {
          result: word(),
          details: '\u001b[31m\u202e'.repeat(choices.below(3000)),
        },
      },
    }),
    () => ({ error: choices.of(['empty_batch', 'invalid_batch', 'rate_limited', 'billing_limit_exceeded', 1, null]) }),
    () => choices.of([null, 1, 'Ok', [], [{ status: 1 }], true]),
  ];
  if (choices.once(10))
    return choices.of([
      '',
      '<html>Sign in</html>',
      '{"status":"Ok"',
      'Ok',
      '{"status":1}{"status":1}',
      '['.repeat(50_000),
      'é'.repeat(choices.below(5000)),
      '\u001b]0;x\u0007\0',
    ]);
  const index =
    protocol === 'v0' && choices.once(2) ? 0 : protocol === 'v1' && choices.once(2) ? 2 : choices.below(shapes.length);
  return JSON.stringify(shapes[index]?.()) ?? '';
}

/** The same judgement, made apart from the sink's code. */
function saysAccepted(text: string, protocol: 'v0' | 'v1'): boolean {
  try {
    const body = JSON.parse(text);
    if (protocol === 'v0') {
      const isLimited = Array.isArray(body.quota_limited) && body.quota_limited.includes('events');
      return !isLimited && ['Ok', 'OK', 'ok', 1].includes(body.status);
    }
    return Object.values(body.results).some((each) => {
      const result = each !== null && typeof each === 'object' && 'result' in each ? each.result : undefined;
      return result === 'ok' || result === 'warning';
    });
  } catch {
    return false;
  }
}
