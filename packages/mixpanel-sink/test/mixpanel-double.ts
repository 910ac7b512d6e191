/** What Mixpanel stores of an event. */
export interface StoredEvent {
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Failure {
  readonly index: number;
  readonly insert_id: unknown;
  readonly field: string;
  readonly message: string;
}

const BANNED = new Set(
  '-1 0 00000000-0000-0000-0000-000000000000 <nil> [] anon anonymous false n/a na nil none null true undefined unknown {}'.split(
    ' ',
  ),
);
const HOUR_MS = 3_600_000;

/** An answer of Mixpanel's `/import`, by the rules of its reference. */
export class MixpanelDouble {
  readonly #token: string;
  readonly #now: number;
  readonly #stored = new Map<string, StoredEvent>();
  readonly #refused = new Set<unknown>();
  readonly #forgotten = new Set<unknown>();
  #reached: (() => void) | undefined;
  #isFailing = false;
  /** What the conformance suite asks for. */
  readonly faults = {
    hang: (reached: () => void) => {
      this.#reached = reached;
    },
    fail: () => {
      this.#isFailing = true;
    },
    recover: () => {
      this.#isFailing = false;
    },
    refuse: (uuid: string) => this.#refused.add(uuid),
    forget: (uuid: string) => this.#forgotten.add(uuid),
  };

  constructor(token: string, now: number) {
    this.#token = token;
    this.#now = now;
  }

  /** The events as reports show them: of those with the same name, time, user and insert id, the last. */
  get events(): readonly StoredEvent[] {
    return [...this.#stored.values()];
  }

  async answer(body: string, authorization: string | undefined): Promise<readonly [number, object]> {
    if (this.#reached !== undefined) {
      this.#reached();
      return new Promise(() => {});
    }
    if (this.#isFailing) return [401, { code: 401, error: `not for ${authorization}: ${body}` }];
    return this.import(body, authorization);
  }

  import(body: string, authorization: string | undefined): readonly [number, object] {
    if (authorization !== `Basic ${Buffer.from(`${this.#token}:`).toString('base64')}`) {
      return [401, { code: 401, error: 'Invalid credentials', status: 'Unauthorized' }];
    }
    const sent: readonly StoredEvent[] = JSON.parse(body);
    const events = sent.filter(({ properties }) => !this.#forgotten.has(properties['$insert_id']));
    if (events.length > 2_000 || Buffer.byteLength(body) > 10_000_000) {
      return [413, { code: 413, error: 'request exceeds max limit', status: 'Request Entity Too Large' }];
    }
    const failures = events.flatMap((event, index) => this.#failure(event, index) ?? []);
    const failed = new Set(failures.map(({ index }) => index));
    for (const [index, event] of events.entries()) if (!failed.has(index)) this.#store(event);
    const imported = events.length - failed.size;
    if (failures.length === 0) return [200, { code: 200, num_records_imported: imported, status: 'OK' }];
    const error = 'some data points in the request failed validation';
    return [400, { code: 400, error, failed_records: failures, num_records_imported: imported, status: 'Bad Request' }];
  }

  #failure({ event, properties }: StoredEvent, index: number): Failure | undefined {
    const { time, distinct_id: id, $insert_id: insertId } = properties;
    const failure = (field: string, message: string) => ({ index, insert_id: insertId, field, message });
    if (this.#refused.has(insertId)) return failure('properties.refused', 'no');
    if (event === '') return failure('event', "'event' must not be empty");
    if (typeof time !== 'number' || time < Date.UTC(1971, 0, 1) || time > this.#now + HOUR_MS) {
      return failure('properties.time', "'properties.time' is invalid");
    }
    if (typeof id !== 'string' || BANNED.has(id.trim().toLowerCase())) {
      return failure('properties.distinct_id', "'properties.distinct_id' is invalid");
    }
    if (typeof insertId !== 'string' || !/^[A-Za-z0-9-]{1,36}$/.test(insertId) || BANNED.has(insertId)) {
      return failure('properties.$insert_id', "'properties.$insert_id' is invalid");
    }
    return Object.keys(properties).length > 255 ? failure('properties', 'too many properties') : undefined;
  }

  /** An event with the name `$ignore` among its properties is dropped in silence. */
  #store(event: StoredEvent): void {
    const { time, distinct_id: id, $insert_id: insertId, $ignore: isIgnored } = event.properties;
    if (isIgnored === undefined) this.#stored.set(JSON.stringify([event.event, time, id, insertId]), event);
  }
}
