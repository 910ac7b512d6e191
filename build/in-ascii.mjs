import { transform } from 'esbuild';

/**
 * The same module in ASCII: V8 keeps one with any other character in two bytes for each. esbuild escapes such characters in
 * texts. Here those in comments are escaped. Throws where that would change the code: in a regular expression or a tagged
 * template, which has to be written with escapes.
 */
export async function inAscii(code) {
  const ascii = code.replaceAll(/[^\0-\x7f]/g, escaped);
  if (ascii === code) return code;
  const [before, after] = [await withoutComments(code), await withoutComments(ascii)];
  if (before === after) return ascii;
  let at = 0;
  while (before[at] === after[at]) at += 1;
  throw new Error(`write this in ASCII, with \\u: ${before.slice(Math.max(0, at - 40), at + 10)}`);
}

async function withoutComments(code) {
  const options = { minifyWhitespace: true, legalComments: 'none', charset: 'utf8', target: 'esnext' };
  return (await transform(code, options)).code;
}

function escaped(character) {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
