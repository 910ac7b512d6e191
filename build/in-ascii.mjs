const OTHERS = /[^\0-\x7f]/g;

/**
 * The same module in ASCII: V8 keeps one with any other character in two bytes for each. esbuild escapes such characters in
 * texts, but not in comments and regular expressions. There an escape means the same; only in `String.raw` it does not.
 */
export function inAscii(code) {
  return code
    .split('\n')
    .map((line) => {
      const ascii = line.replaceAll(OTHERS, escaped);
      if (ascii === line || !line.includes('raw`')) return ascii;
      throw new Error(`a text that is taken as it is written must be in ASCII: ${line.trim()}`);
    })
    .join('\n');
}

function escaped(character) {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
