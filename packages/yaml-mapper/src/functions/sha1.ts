const BLOCK_BYTES = 64;

const CHOOSE = (b: string, c: string, d: string): string => `${d} ^ (${b} & (${c} ^ ${d}))`;
const PARITY = (b: string, c: string, d: string): string => `${b} ^ ${c} ^ ${d}`;
const MAJORITY = (b: string, c: string, d: string): string => `(${b} & ${c}) | (${d} & (${b} | ${c}))`;

/** The four parts of twenty rounds, with their constants as signed numbers. */
const PARTS = [
  [CHOOSE, 0x5a827999],
  [PARITY, 0x6ed9eba1],
  [MAJORITY, 0x8f1bbcdc],
  [PARITY, 0xca62c1d6],
] as const;

/** Hashes one block. Its eighty rounds are written out: as a loop, they take twice as long. */
const hashBlock = compileBlock();

/**
 * SHA-1 (RFC 3174) of the first bytes of a buffer, as five words. For the names of uuids, it takes half of the time of a
 * call into OpenSSL. The padding is written behind the bytes: the buffer must be 72 bytes longer.
 */
export function sha1(bytes: Uint8Array, length: number, words: Int32Array): void {
  words[0] = 0x67452301;
  words[1] = 0xefcdab89;
  words[2] = 0x98badcfe;
  words[3] = 0x10325476;
  words[4] = 0xc3d2e1f0;
  const end = (Math.floor((length + 8) / BLOCK_BYTES) + 1) * BLOCK_BYTES;
  bytes[length] = 0x80;
  for (let index = length + 1; index < end; index += 1) bytes[index] = 0;
  for (let index = end - 1, left = length * 8; left > 0; index -= 1, left = Math.floor(left / 256)) bytes[index] = left;
  for (let at = 0; at < end; at += BLOCK_BYTES) hashBlock(bytes, at, words);
}

function compileBlock(): (bytes: Uint8Array, at: number, words: Int32Array) => void {
  const lines = ['"use strict"; let a = words[0], b = words[1], c = words[2], d = words[3], e = words[4], x = 0;'];
  for (let word = 0; word < 16; word += 1) {
    const [first, second, third, fourth] = [0, 1, 2, 3].map((byte) => `bytes[at + ${word * 4 + byte}]`);
    lines.push(`let w${word} = (${first} << 24) | (${second} << 16) | (${third} << 8) | ${fourth};`);
  }
  let names = ['a', 'b', 'c', 'd', 'e'] as const as readonly string[];
  for (let round = 0; round < 80; round += 1) {
    const [a = '', b = '', c = '', d = '', e = ''] = names;
    const [mix, constant] = PARTS[Math.floor(round / 20)] ?? PARTS[0];
    const word = (back: number): string => `w${(round - back) % 16}`;
    if (round >= 16) {
      lines.push(`x = ${word(3)} ^ ${word(8)} ^ ${word(14)} ^ ${word(16)}; ${word(0)} = (x << 1) | (x >>> 31);`);
    }
    lines.push(
      `${e} = ((((${a} << 5) | (${a} >>> 27)) + (${mix(b, c, d)}) | 0) + (${e} + ${word(0)} | 0) | 0) + (${constant | 0}) | 0;`,
      `${b} = (${b} << 30) | (${b} >>> 2);`,
    );
    names = [e, a, b, c, d];
  }
  for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) lines.push(`words[${index}] += ${name};`);
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func, typescript/no-unsafe-type-assertion -- made of constants alone
  return new Function('bytes', 'at', 'words', lines.join('\n')) as ReturnType<typeof compileBlock>;
}
