import type { Problem } from '@sluice/core/config';

const MAX_LENGTH = 500;

/** Throws unless every problem is one short line for people, with advice and a place, and without a part of a secret. */
export function checkProblems(problems: readonly Problem[], secrets: readonly string[]): void {
  for (const { message, help, line, column, endLine, endColumn } of problems) {
    const said = `${message}; ${help}`;
    if (message === '' || help === undefined || help === '') throw new Error(`a problem without advice: ${said}`);
    if (!(line >= 1 && column >= 1)) throw new Error(`a problem without a place: ${said}`);
    if (endLine < line || (endLine === line && endColumn < column))
      throw new Error(`it ends before it begins: ${said}`);
    if (message.length > MAX_LENGTH || help.length > MAX_LENGTH) throw new Error(`a long problem: ${said}`);
    if (/\p{Cc}|\[object |\bundefined\b/u.test(said)) throw new Error(`not a text for people: ${JSON.stringify(said)}`);
    checkNoSecret(said, secrets);
  }
}

/** Throws if a text has four characters in a row of a secret. */
export function checkNoSecret(text: string, secrets: readonly string[]): void {
  for (const secret of secrets)
    for (let start = 0; start + 4 <= secret.length; start += 1)
      if (text.includes(secret.slice(start, start + 4))) throw new Error(`a part of a secret: ${text}`);
}
