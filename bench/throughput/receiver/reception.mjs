import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UuidCounter } from './uuid-counter.mjs';

const decompress = promisify(gunzip);

/**
 * What arrived since the last reset. Of a plain body only the uuids are kept; a compressed one is kept as it is and read
 * when somebody counts, after the run.
 */
export class Reception {
  #requests = 0;
  #wireBytes = 0;
  #mostInFlight = 0;
  #lastAt;
  #bodies = [];
  #uuids = new UuidCounter();
  #keepsEvents;

  constructor({ keepsEvents = false }) {
    this.#keepsEvents = keepsEvents;
  }

  take(wire, inFlight) {
    this.#requests += 1;
    this.#lastAt = Date.now();
    this.#wireBytes += wire.length;
    this.#mostInFlight = Math.max(this.#mostInFlight, inFlight);
    if (isCompressed(wire) || this.#keepsEvents) this.#bodies.push(wire);
    else this.#uuids.add(wire);
  }

  async count() {
    for (const wire of this.#bodies) this.#uuids.add(await bodyOf(wire));
    if (!this.#keepsEvents) this.#bodies = [];
    return {
      requests: this.#requests,
      wireBytes: this.#wireBytes,
      bodyBytes: this.#uuids.bytes,
      mostInFlight: this.#mostInFlight,
      events: this.#uuids.total,
      distinct: this.#uuids.distinct(),
      lastAt: this.#lastAt,
    };
  }

  /** The events as they were sent, if they are kept. */
  async events() {
    const bodies = await Promise.all(this.#bodies.map(bodyOf));
    return bodies.flatMap((body) => JSON.parse(body.toString()).batch);
  }
}

function isCompressed(wire) {
  return wire[0] === 0x1f && wire[1] === 0x8b;
}

async function bodyOf(wire) {
  return isCompressed(wire) ? decompress(wire) : wire;
}
