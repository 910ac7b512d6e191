const UUID_BYTES = 36;
/** Segment's client calls the uuid of an event its message id. In JSON, neither can be part of a text. */
const MARKS = ['"uuid":"', '"messageId":"'].map((mark) => Buffer.from(mark));

/** @returns {string[]} */
export function uuidsIn(body) {
  return positionsIn(body).map((at) => body.latin1Slice(at, at + UUID_BYTES));
}

/** Keeps the uuids of all events as bytes, and compares them only when they are counted. */
export class UuidCounter {
  total = 0;
  /** The bytes of all bodies. */
  bytes = 0;
  #kept = [];

  add(body) {
    const positions = positionsIn(body);
    const uuids = Buffer.allocUnsafeSlow(positions.length * UUID_BYTES);
    for (const [index, at] of positions.entries()) body.copy(uuids, index * UUID_BYTES, at, at + UUID_BYTES);
    this.#kept.push(uuids);
    this.total += positions.length;
    this.bytes += body.length;
  }

  distinct() {
    const seen = new Set();
    for (const uuids of this.#kept) {
      for (let at = 0; at < uuids.length; at += UUID_BYTES) seen.add(uuids.latin1Slice(at, at + UUID_BYTES));
    }
    return seen.size;
  }
}

function positionsIn(body) {
  const mark = MARKS.find((each) => body.includes(each));
  const positions = [];
  if (mark === undefined) return positions;
  for (let at = body.indexOf(mark); at !== -1; at = body.indexOf(mark, at + mark.length + UUID_BYTES)) {
    positions.push(at + mark.length);
  }
  return positions;
}
