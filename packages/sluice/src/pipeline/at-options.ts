import type { Problem } from '@sluice/core/config';
import { isPair, isSeq, LineCounter, parseDocument, visit } from 'yaml';

/**
 * The problems of a pipeline that is an object. It has no lines: in place of the file stands the path of the option, such
 * as `mapping.events[1].time`. A secret in it is not written in a file.
 */
export function atOptions(problems: readonly Problem[], file: string, text: string): readonly Problem[] {
  const paths = optionPaths(text);
  return problems
    .filter(({ code, file: of }) => code !== 'secret-in-clear' || of !== file)
    .map((problem) => {
      if (problem.file !== file) return problem;
      const path = paths.findLast(
        ({ line, column }) => line < problem.line || (line === problem.line && column <= problem.column),
      );
      return { ...problem, file: path?.path ?? 'pipeline', line: 0, column: 0, endLine: 0, endColumn: 0 };
    });
}

/** Where each option is written in the text, in reading order. */
function optionPaths(
  text: string,
): readonly { readonly path: string; readonly line: number; readonly column: number }[] {
  const lines = new LineCounter();
  const found: { path: string; line: number; column: number }[] = [];
  visit(parseDocument(text, { lineCounter: lines }), {
    Scalar: (_key, node, ancestors) => {
      if (!node.range) return;
      const steps = ancestors.map((ancestor, depth) => {
        if (isPair(ancestor)) return `.${String(ancestor.key)}`;
        return isSeq(ancestor) ? `[${ancestor.items.indexOf(ancestors[depth + 1] ?? node)}]` : '';
      });
      const { line, col } = lines.linePos(node.range[0]);
      found.push({ path: steps.join('').slice(1), line, column: col });
    },
  });
  return found;
}
