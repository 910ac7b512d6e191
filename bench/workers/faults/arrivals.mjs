import { createHash } from 'node:crypto';

/** What has arrived: of every event its uuid and a digest of its body, and of every request when it began. */
export class Arrivals {
  /** uuid → digest of the body. */
  #bodies = new Map();
  #reference = new Map();
  #repeats = new Map();
  #differing = 0;
  #requests = [];
  #watched = [];

  take(events, request) {
    this.#requests.push(request);
    for (const event of events) {
      const digest = digestOf(event);
      const known = this.#bodies.get(event.uuid);
      if (known === undefined) this.#bodies.set(event.uuid, digest);
      else {
        this.#repeats.set(request.address, (this.#repeats.get(request.address) ?? 0) + 1);
        if (known !== digest) this.#differing += 1;
      }
    }
    if (this.#watched.some(({ arrivedAt }) => arrivedAt === undefined)) this.#look(events, request);
  }

  count() {
    return this.#bodies.size;
  }

  /** What has arrived so far is what has to arrive again. */
  keepAsReference() {
    this.#reference = this.#bodies;
    this.#bodies = new Map();
    this.#requests = [];
    this.#repeats = new Map();
  }

  /** Notes when events of these windows next arrive from another address. */
  watch({ windows, not }) {
    this.#watched.push(...windows.map((window) => ({ ...window, not })));
  }

  /** When events of the watched windows arrived, by the window's id. */
  firstArrivals() {
    return new Map(this.#watched.map(({ id, arrivedAt }) => [id, arrivedAt]));
  }

  compare() {
    let [missing, different, unexpected] = [0, 0, 0];
    for (const [uuid, digest] of this.#reference) {
      const arrived = this.#bodies.get(uuid);
      if (arrived === undefined) missing += 1;
      else if (arrived !== digest) different += 1;
    }
    for (const uuid of this.#bodies.keys()) if (!this.#reference.has(uuid)) unexpected += 1;
    const repeats = Object.fromEntries(this.#repeats);
    return {
      distinct: this.#bodies.size,
      missing,
      unexpected,
      different: different + this.#differing,
      repeats,
      requests: this.#requests,
    };
  }

  #look(events, { address, begunAt }) {
    for (const watched of this.#watched) {
      const { event: name, from, until, not, arrivedAt } = watched;
      if (arrivedAt !== undefined || address === not) continue;
      const isOfWindow = ({ event, timestamp }) => {
        const at = event === name ? Date.parse(timestamp) : undefined;
        return at !== undefined && at >= from && at < until;
      };
      if (events.some(isOfWindow)) watched.arrivedAt = begunAt;
    }
  }
}

/** 48 bits, as a number: a million of them take little room. */
function digestOf(event) {
  return createHash('md5').update(JSON.stringify(event)).digest().readUIntBE(0, 6);
}
