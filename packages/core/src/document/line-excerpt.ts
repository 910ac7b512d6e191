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

/** The part of a line around its mark that fits so many columns: the whole line if it does. */
export function excerptOf(line: LineExcerpt, columns: number): LineExcerpt {
  const most = Math.max(LEAST_COLUMNS, columns);
  if (stringWidth(line.text) <= most) return line;
  const from =
    stringWidth(line.text.slice(0, line.end)) < most
      ? 0
      : Math.max(0, Math.min(line.start - CONTEXT, line.text.length - most + 2));
  const lead = from === 0 ? '' : CUT;
  let text = lead;
  for (const character of line.text.slice(from)) {
    if (stringWidth(text + character) >= most) break;
    text += character;
  }
  const moved = lead.length - from;
  const isWhole = from + text.length - lead.length >= line.text.length;
  return {
    text: isWhole ? text : text + CUT,
    start: line.start + moved,
    end: Math.min(line.end + moved, text.length),
  };
}
