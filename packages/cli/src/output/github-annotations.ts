import { relative } from 'node:path';
import type { Problem } from '@sluice/core/config';

/** Problems as workflow commands: GitHub shows each at its line of a pull request. */
export function githubAnnotations(problems: readonly Problem[], directory: string): string {
  return problems.map((problem) => annotation(problem, directory)).join('');
}

function annotation(problem: Problem, directory: string): string {
  const { severity, line, endLine, column, endColumn, code, message, help } = problem;
  const file = relative(directory, problem.file).replaceAll('\\', '/');
  const properties = { file, line, endLine, col: column, endColumn, title: code };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  const text = help === undefined || help === '' ? message : `${message}\n${help}`;
  return `::${severity} ${list.join(',')}::${escapeData(text)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
