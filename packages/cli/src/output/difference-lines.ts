import { diffLines } from 'diff';
import { stringify } from 'yaml';
import type { JsonValue } from '@sluice/core/adapter';

const CONTEXT = 2;

export interface DifferenceLine {
  /** `-` expected, `+` received, ` ` both, `…` omitted lines. */
  readonly sign: '-' | '+' | ' ' | '…';
  readonly text: string;
}

/** The lines that differ between two values as YAML, with a few lines around them. */
export function differenceLines(expected: JsonValue, received: JsonValue): readonly DifferenceLine[] {
  const lines = diffLines(written(expected), written(received)).flatMap(({ added, removed, value }) =>
    value
      .replace(/\n$/u, '')
      .split('\n')
      .map((text): DifferenceLine => ({ sign: added ? '+' : removed ? '-' : ' ', text })),
  );
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  return lines.flatMap((line, index): readonly DifferenceLine[] => {
    if (shown[index] === true) return [line];
    return index > 0 && shown[index - 1] !== true ? [] : [{ sign: '…', text: '' }];
  });
}

function written(value: JsonValue): string {
  return typeof value === 'string' ? `${value}\n` : stringify(value, { lineWidth: 0 });
}
