import type { Choices } from './fuzz-target.js';

const PIECES = [
  '${',
  '}',
  '{',
  '[',
  ']',
  ': ',
  ' #',
  '- ',
  '&a ',
  '*a',
  '<<: ',
  '!!binary ',
  '!',
  '"',
  "'",
  '|',
  '>',
  '\t',
  '\r\n',
  '\0',
  '\uFEFF',
  '\uD800',
  '"\\ud800"',
  'null',
  '~',
  '.inf',
  '.nan',
  '0777',
  '1e999',
  '9007199254740993',
  '-',
  '__proto__',
  'constructor',
  '%',
  '@',
  '`',
  '?',
  '??',
  '&&',
  '||',
  '==',
  '=>',
  '()',
  'x.y',
  "x['y']",
  "concat('a', name)",
  'trace.user_id',
  'event.uuid',
  'item',
  "convert(latency, 'ms')",
  'round(1, -2)',
  'sluice: 1',
  'extends: ',
  'include: [common]',
  'remove: [a]',
  'when: true',
  'each: tags',
  'enum: { a: 1 }',
  'url: "{a}"',
  '😀',
  '\u202E',
  '\u001B[31m',
];

/** A text that is nearly one of the given ones: pieces are cut, doubled, moved, or put in that mean something. */
export function mutatedText(samples: readonly string[], choices: Choices): string {
  let text = choices.of(samples);
  for (let count = choices.below(6) + 1; count > 0; count -= 1) text = mutate(text, samples, choices);
  return text;
}

function mutate(text: string, samples: readonly string[], choices: Choices): string {
  const at = choices.below(text.length + 1);
  const until = Math.min(text.length, at + choices.below(choices.once(4) ? 400 : 12));
  const [before, part, after] = [text.slice(0, at), text.slice(at, until), text.slice(until)];
  switch (choices.below(7)) {
    case 0:
      return before + after;
    case 1:
      return before + part + part + after;
    case 2:
      return before + choices.of(PIECES) + part + after;
    case 3:
      return before + choices.of(PIECES) + after;
    case 4:
      return after + part + before;
    case 5: {
      const lines = text.split('\n');
      const line = choices.of(lines);
      lines.splice(choices.below(lines.length), choices.below(2), choices.once(3) ? ` ${line}` : line);
      return lines.join('\n');
    }
    default: {
      const other = choices.of(samples);
      const start = choices.below(other.length);
      return before + other.slice(start, start + choices.below(200)) + after;
    }
  }
}
