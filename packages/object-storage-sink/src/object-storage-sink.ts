import { createHash } from 'node:crypto';
import type { CallOptions, CheckResult, Identity, Instant } from '@sluice/core/adapter';
import type {
  Assembly,
  AssemblyContext,
  EncodedEvent,
  Encoding,
  MappedEvent,
  Outcome,
  Receipt,
  RequestDescription,
  Sink,
  SinkContext,
  SinkLimits,
  SinkRequest,
} from '@sluice/core/sink';
import type { EventText, WriteEvent } from '@sluice/core/text';
import { encodeEvent, eventWriter } from './encode-event.js';
import type { FileFormat } from './file-format.js';
import { manifest, manifestPath, type ManifestOf } from './manifest.js';
import { dateOf, objectName } from './object-name.js';
import type { ObjectStore, StoredObject } from './object-store.js';
import { timeField } from './time-field.js';

/**
 * Few large files are read faster and cost less than many small ones, but a file is in memory as a whole, several times:
 * as text, as rows and as bytes.
 */
const LIMITS: SinkLimits = {
  maxEventsPerRequest: 50_000,
  preferredEventsPerRequest: 20_000,
  maxBytesPerRequest: 64 * 1_048_576,
  maxRequestsInFlight: 2,
  distinctWithinRequest: false,
};

/** The store answers for a file as a whole. */
const ACCEPTED: Outcome = { kind: 'accepted', assurance: 'request' };

/** One file. */
interface FileRequest extends SinkRequest, ManifestOf {}

/** Stores events as files: those of one request and one date are one file, and have a manifest beside it. */
export class ObjectStorageSink implements Sink {
  readonly limits = LIMITS;
  readonly #store: ObjectStore;
  readonly #format: FileFormat;
  readonly #writer: string;
  readonly #timeField: (event: string) => string;
  readonly #requests = new WeakMap<SinkRequest, FileRequest>();
  #lastExportedAt: Instant = 0;

  constructor(
    store: ObjectStore,
    format: FileFormat,
    { userAgent, events }: Pick<SinkContext, 'userAgent' | 'events'>,
  ) {
    this.#store = store;
    this.#format = format;
    this.#writer = userAgent;
    this.#timeField = timeField(events);
  }

  identity(): Identity {
    const { name } = this.#format;
    return {
      description: `${name} files in ${this.#store.name}`,
      fingerprint: `object-storage ${name} ${this.#store.fingerprint}`,
    };
  }

  open(): Promise<void> {
    return this.#store.open();
  }

  check(options: CallOptions = {}): Promise<readonly CheckResult[]> {
    // With one name for all checks, so that they leave one object, and need no right to delete it.
    return this.#store.check(storedObject('_manifest/check', Buffer.from('checked\n'), 'text/plain'), options);
  }

  encode(event: MappedEvent): Encoding {
    return encodeEvent(event, this.#timeField(event.event));
  }

  textWriter(event: EventText): WriteEvent | undefined {
    return eventWriter(event, this.#timeField(event.event));
  }

  assemble(events: readonly EncodedEvent[], context: AssemblyContext): Assembly {
    // Of two bodies of an event, the one with the later time counts, and they are never in one assembly.
    const exportedAt = Math.max(context.now, this.#lastExportedAt + 1);
    this.#lastExportedAt = exportedAt;
    const requests = [...byDate(events)].map(([date, ofDate]): FileRequest => {
      const path = `${objectName(date, ofDate, context)}${this.#format.extension}`;
      return { events: ofDate, path, exportedAt, context };
    });
    for (const request of requests) this.#requests.set(request, request);
    return { requests, rejected: [] };
  }

  describe(request: SinkRequest): RequestDescription {
    const { path, events, exportedAt } = this.#own(request);
    return {
      target: this.#store.target(path),
      headers: { 'content-type': this.#format.contentType },
      body: this.#format.rows(events, exportedAt),
    };
  }

  async send(request: SinkRequest, options: CallOptions): Promise<Receipt> {
    options.signal?.throwIfAborted();
    const file = this.#own(request);
    const { path, events, exportedAt } = file;
    const body = await this.#format.write(events, exportedAt);
    const object = storedObject(path, body, this.#format.contentType);
    await this.#store.put(object, options);
    const facts = { bytes: body.length, sha256: object.sha256, writer: this.#writer };
    const text = `${JSON.stringify(manifest(file, facts))}\n`;
    await this.#store.put(storedObject(manifestPath(path), Buffer.from(text), 'application/json'), options);
    return { outcomes: events.map(() => ACCEPTED) };
  }

  async close(): Promise<void> {
    this.#store.close();
  }

  #own(request: SinkRequest): FileRequest {
    const own = this.#requests.get(request);
    if (own === undefined) throw new Error('the request was not assembled by this sink');
    return own;
  }
}

function byDate(events: readonly EncodedEvent[]): ReadonlyMap<string, readonly EncodedEvent[]> {
  const groups = new Map<string, EncodedEvent[]>();
  for (const event of events) {
    const date = dateOf(event.time);
    const group = groups.get(date);
    if (group === undefined) groups.set(date, [event]);
    else group.push(event);
  }
  return groups;
}

function storedObject(path: string, body: Buffer, contentType: string): StoredObject {
  return { path, body, contentType, sha256: createHash('sha256').update(body).digest('hex') };
}
