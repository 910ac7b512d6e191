const WITHOUT_WIDTH = /[\p{Mark}\u200B-\u200D\uFEFF]/u;
const TWO_COLUMNS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303F\uFF01-\uFF60\uFFE0-\uFFE6]/u;

/** How many columns of a terminal a text takes: none for accents of their own, two for Chinese, Japanese, Korean, emoji. */
export function displayWidth(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (WITHOUT_WIDTH.test(character)) continue;
    columns += TWO_COLUMNS.test(character) ? 2 : 1;
  }
  return columns;
}
