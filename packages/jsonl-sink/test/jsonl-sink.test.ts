import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RefusedError } from '@sluice/core/adapter';
import type { MappedEvent, Sink } from '@sluice/core/sink';
import { jsonlSink } from '@sluice/jsonl-sink';
import { anAdapterContext, describeSink, recordingLogger, someEvents } from '@sluice/testkit';
import { expect } from 'chai';

function linesOf(text: string): readonly MappedEvent[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line): MappedEvent => JSON.parse(line));
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function sinkIn(baseDirectory: string, path = 'events.jsonl', logger = recordingLogger()): Sink {
  return jsonlSink.create(jsonlSink.config.parse({ path }), anAdapterContext({ baseDirectory, logger }));
}

async function send(sink: Sink, events: readonly MappedEvent[]): Promise<void> {
  const encoded = events.map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
  const { requests } = sink.assemble(encoded, { now: 0, backfill: false, pipeline: 'test', stream: 'note' });
  for (const request of requests) await sink.send(request, { attempt: 1 });
}

describeSink({
  name: 'jsonl sink (file)',
  create: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-jsonl-'));
    return {
      sink: sinkIn(directory),
      events: someEvents,
      receivedUuids: async () => linesOf(await textOf(join(directory, 'events.jsonl'))).map(({ uuid }) => uuid),
      secrets: [],
      destination: 'local',
      dispose: () => rm(directory, { recursive: true }),
    };
  },
});

describe('jsonl sink', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-jsonl-'));
    path = join(directory, 'events.jsonl');
  });

  afterEach(() => rm(directory, { recursive: true }));

  for (const name of ['/dev/stdout', '/proc/self/fd/1', '/dev/fd/1', `/proc/${process.pid}/fd/1`]) {
    it(`takes ${name} for stdout`, () => {
      expect(sinkIn(directory, name).writesToStdout).to.equal(true);
    });
  }

  it('refuses a pipe, a socket, a device and a folder without opening them, and names stdout', async () => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(join(directory, 'socket'), resolve));
    for (const name of [join(directory, 'pipe'), join(directory, 'socket'), '/dev/null', '/dev/stderr', directory]) {
      const sink = sinkIn(directory, name);
      const error: unknown = await sink.open({}).catch((thrown: unknown) => thrown);
      expect(error, name).to.be.instanceOf(RefusedError).with.property('message').that.contains('path: - for stdout');
      const [finding] = (await sink.check?.({})) ?? [];
      expect(finding?.outcome, name).to.equal('bad');
      await sink.close();
    }
    await new Promise((resolve) => void server.close(resolve));
  });

  it('writes one line per event, as mapped', async () => {
    const sink = sinkIn(directory);
    await sink.open();
    await send(sink, someEvents(3));
    await sink.close();
    expect(linesOf(await textOf(path))).to.deep.equal(someEvents(3));
  });

  it('adds to what is there', async () => {
    for (const event of someEvents(2)) {
      const sink = sinkIn(directory);
      await sink.open();
      await send(sink, [event]);
      await sink.close();
    }
    expect(linesOf(await textOf(path))).to.deep.equal(someEvents(2));
  });

  for (const missingBytes of [1, 5, 100]) {
    it(`cuts a last line that lacks its last ${missingBytes} bytes, with a warning`, async () => {
      const whole = someEvents(3)
        .map((event) => `${JSON.stringify(event)}\n`)
        .join('');
      await writeFile(path, whole);
      await truncate(path, whole.length - missingBytes);
      const logger = recordingLogger();
      const sink = sinkIn(directory, 'events.jsonl', logger);
      await sink.open();
      await send(sink, someEvents(4).slice(3));
      await sink.close();
      expect(linesOf(await textOf(path))).to.deep.equal([...someEvents(2), ...someEvents(4).slice(3)]);
      expect(logger.lines.map(({ level }) => level)).to.deep.equal(['warn']);
    });
  }

  it('cuts a torn line that is longer than what is read at once', async () => {
    await writeFile(path, `{"a":1}\n${'x'.repeat(200_000)}`);
    const sink = sinkIn(directory);
    await sink.open();
    await sink.close();
    expect(await textOf(path)).to.equal('{"a":1}\n');
  });

  it('keeps lines whole when requests are sent at once', async () => {
    const sink = sinkIn(directory);
    await sink.open();
    await Promise.all(someEvents(20).map((event) => send(sink, [event])));
    await sink.close();
    expect(linesOf(await textOf(path))).to.deep.equal(someEvents(20));
  });

  it('overwrites no line of another writer, such as a second worker, and refuses to continue', async () => {
    const [event, other] = someEvents(2);
    if (event === undefined || other === undefined) throw new Error('no events');
    const sinks = [sinkIn(directory), sinkIn(directory)] as const;
    await Promise.all(sinks.map((sink) => sink.open()));
    await send(sinks[0], [event]);
    const failure = await send(sinks[1], [other]).catch(asIs);
    expect(failure).to.be.instanceOf(RefusedError);
    expect(String(failure)).to.include(`something else writes to ${path}`);
    expect(linesOf(await textOf(path))).to.deep.equal([event]);
    // The next run begins after the lines of both.
    await sinks[1].open();
    await send(sinks[1], [other]);
    expect(linesOf(await textOf(path))).to.deep.equal([event, other]);
    await Promise.all(sinks.map((sink) => sink.close()));
  });

  it('continues at the beginning of a file that was emptied meanwhile', async () => {
    const sink = sinkIn(directory);
    await sink.open();
    await send(sink, someEvents(3));
    await truncate(path, 0);
    await send(sink, someEvents(2));
    await sink.close();
    expect(linesOf(await textOf(path))).to.deep.equal(someEvents(2));
  });

  it('is refused by a folder that is not there', async () => {
    const sink = sinkIn(directory, 'missing/events.jsonl');
    expect(await sink.open().catch(asIs)).to.be.instanceOf(RefusedError);
    expect((await sink.check())[0]?.outcome).to.equal('bad');
  });

  it('is refused by what is no regular file', async () => {
    const sink = sinkIn(directory, '/dev/null');
    expect(await sink.open().catch(asIs)).to.be.instanceOf(RefusedError);
    await sink.close();
  });

  it('writes to stdout unless a path is given', () => {
    const sink = jsonlSink.create(jsonlSink.config.parse({}), anAdapterContext());
    expect(sink.identity()).to.deep.equal({ description: 'JSON lines in stdout', fingerprint: 'jsonl stdout' });
  });

  it('is another destination with another path', () => {
    expect(sinkIn(directory, 'a').identity().fingerprint).to.not.equal(sinkIn(directory, 'b').identity().fingerprint);
  });
});

function asIs(error: unknown): unknown {
  return error;
}
