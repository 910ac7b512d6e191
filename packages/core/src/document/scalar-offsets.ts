const ESCAPE_LENGTHS: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/**
 * The offset in the file of each UTF-16 unit of a scalar's value: `offsets[i]` for `value[i]`, and one more for the end.
 * Walks through the source and the value in parallel, because quoting, folding and indentation make them differ.
 */
export function scalarOffsets(source: string, start: number, end: number, value: string): Uint32Array {
  const offsets = new Uint32Array(value.length + 1);
  const opening = source[start];
  const quote = opening === '"' || opening === "'" ? opening : undefined;
  let at = start;
  if (quote !== undefined) at = start + 1;
  else if (opening === '|' || opening === '>') at = lineEnd(source, start, end);

  let index = 0;
  while (index < value.length) {
    const wanted = value[index];
    if (quote === '"' && source[at] === '\\') {
      const next = source[at + 1] ?? '';
      if (next === '\n' || next === '\r') {
        at = skipBlank(source, at + 1, end);
        continue;
      }
      offsets[index] = at;
      at += ESCAPE_LENGTHS[next] ?? 2;
      index += 1;
      if (next === 'U' && isHighSurrogate(wanted)) offsets[index++] = at;
      continue;
    }
    if (wanted === ' ' || wanted === '\n') {
      offsets[index++] = Math.min(at, end);
      if (source[at] === wanted && !(wanted === '\n' && quote !== undefined)) at += 1;
      else if (wanted === ' ' || value[index] !== '\n') at = skipBlank(source, at, end);
      continue;
    }
    if (source[at] !== wanted) at = skipBlank(source, at, end);
    offsets[index++] = Math.min(at, end);
    at += quote === "'" && wanted === "'" ? 2 : 1;
  }
  offsets[value.length] = Math.min(at, end);
  return offsets;
}

function lineEnd(source: string, from: number, end: number): number {
  const newline = source.indexOf('\n', from);
  return newline === -1 || newline >= end ? end : newline + 1;
}

function skipBlank(source: string, from: number, end: number): number {
  let at = from;
  while (at < end && (source[at] === ' ' || source[at] === '\n' || source[at] === '\r' || source[at] === '\t')) at += 1;
  return at;
}

function isHighSurrogate(unit: string | undefined): boolean {
  return unit !== undefined && unit >= '\uD800' && unit <= '\uDBFF';
}
