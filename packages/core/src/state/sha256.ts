/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes: FIPS 180-4, 4.2.2. */
const ROUND_CONSTANTS = new Int32Array(roots(64, Math.cbrt));
/** The same of the square roots of the first 8 primes: FIPS 180-4, 5.3.3. */
const INITIAL_STATE = new Int32Array(roots(8, Math.sqrt));

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

const schedule = new Int32Array(64);
const state = new Int32Array(8);

/**
 * The SHA-256 of a part of some bytes, as eight 32-bit words that the next call overwrites. For keys, which are short: a
 * call of `node:crypto` takes longer than the computation.
 */
export function sha256(bytes: Uint8Array, start: number, end: number): Int32Array {
  state.set(INITIAL_STATE);
  for (let at = start; ; at += BLOCK_BYTES) {
    loadBlock(bytes, at, end);
    const isLast = at + BLOCK_BYTES >= end + 1 + LENGTH_BYTES;
    if (isLast) {
      schedule[14] = Math.floor((end - start) / 0x2000_0000);
      schedule[15] = (end - start) << 3;
    }
    compress();
    if (isLast) return state;
  }
}

/** The 64 bytes from `at` on: what is left up to `end`, a bit that ends it, and zeros. */
function loadBlock(bytes: Uint8Array, at: number, end: number): void {
  for (let word = 0; word < 16; word += 1) {
    const first = at + word * 4;
    if (first + 4 <= end) {
      schedule[word] =
        ((bytes[first] ?? 0) << 24) |
        ((bytes[first + 1] ?? 0) << 16) |
        ((bytes[first + 2] ?? 0) << 8) |
        (bytes[first + 3] ?? 0);
      continue;
    }
    let value = 0;
    for (let index = first; index < first + 4; index += 1) {
      value = (value << 8) | (index < end ? (bytes[index] ?? 0) : index === end ? 0x80 : 0);
    }
    schedule[word] = value;
  }
}

/** FIPS 180-4, 6.2.2. */
function compress(): void {
  const w = schedule;
  for (let index = 16; index < 64; index += 1) {
    const x = w[index - 15] ?? 0;
    const y = w[index - 2] ?? 0;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[index] = ((w[index - 16] ?? 0) + s0 + (w[index - 7] ?? 0) + s1) | 0;
  }
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let index = 0; index < 64; index += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + s1 + choice + (ROUND_CONSTANTS[index] ?? 0) + (w[index] ?? 0)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + s0 + majority) | 0;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
  state[4] = (state[4] ?? 0) + e;
  state[5] = (state[5] ?? 0) + f;
  state[6] = (state[6] ?? 0) + g;
  state[7] = (state[7] ?? 0) + h;
}

function roots(count: number, root: (prime: number) => number): readonly number[] {
  return primes(count).map((prime) => (root(prime) % 1) * 2 ** 32);
}

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}
