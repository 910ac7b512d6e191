import stringWidth from 'string-width';

/** A part of a line, and where the marked text begins and ends in it. */
export interface LineExcerpt {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What is cut off; one column wide. */
const CUT = '…';
/** How much of the line before the mark is shown at least, if there is as much. */
const CONTEXT = 20;
const LEAST_COLUMNS = 20;
/** What is farther from the mark is not looked at: a line can be a whole file, with hundreds of marks. */
const NEAR = 2000;

/** The part of a line around its mark that fits so many columns: the whole line if it does. */
export function excerptOf(whole: LineExcerpt, columns: number): LineExcerpt {
  if (columns === Infinity) return whole;
  const most = Math.max(LEAST_COLUMNS, columns);
  const cut = Math.max(0, whole.start - NEAR);
  const line = { text: whole.text.slice(cut, whole.start + NEAR), start: whole.start - cut, end: whole.end - cut };
  if (line.text.length === whole.text.length && stringWidth(line.text) <= most) return whole;
  const from =
    cut === 0 && stringWidth(line.text.slice(0, line.end)) < most
      ? 0
      : Math.max(0, Math.min(line.start - CONTEXT, line.text.length - most + 2));
  const lead = from + cut === 0 ? '' : CUT;
  let text = lead;
  for (const character of line.text.slice(from)) {
    if (stringWidth(text + character) >= most) break;
    text += character;
  }
  const moved = lead.length - from;
  const isWhole = cut + from + text.length - lead.length >= whole.text.length;
  return {
    text: isWhole ? text : text + CUT,
    start: line.start + moved,
    end: Math.min(line.end + moved, text.length),
  };
}
