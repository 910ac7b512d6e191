import type { z } from 'zod';
import { leafIssues } from './leaf-issues.js';

type Issue = z.core.$ZodIssue;

/** The types of a schema, as the author of a file knows them. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'names and values',
  record: 'names and values',
};

/** What is wrong with options that stand in no file, on one line. */
export function describeIssues({ issues }: z.ZodError): string {
  return issues
    .flatMap(leafIssues)
    .flatMap((issue) => {
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => `unknown option ${[...issue.path, key].join('.')}`);
      return [...(issue.path.length === 0 ? [] : [issue.path.join('.')]), describeIssue(issue)].join(': ');
    })
    .join('; ');
}

/** What is wrong with a value, in the style of our own messages. A message that a schema gives itself is kept. */
export function describeIssue(issue: Issue): string {
  if (issue.code === 'invalid_union') {
    if ('options' in issue && issue.options !== undefined) return `expected ${issue.options.map(String).join(' or ')}`;
    if (issue.message !== 'Invalid input') return issue.message;
    const messages = [...new Set(issue.errors.flat().map(describeIssue))];
    if (messages.length === 0) return issue.message;
    const kinds = messages.flatMap((message) => /^must be (.+)$/u.exec(message)?.[1] ?? []);
    return kinds.length === messages.length ? `must be ${kinds.join(' or ')}` : messages.join('; or ');
  }
  if (issue.code === 'invalid_key') return issue.issues.map(describeIssue).join('; ');
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(String).join(' or ')}`;
  return ofLibrary(issue) ?? issue.message.replace(/^Invalid input: /u, '');
}

/** In place of a message of the library. */
function ofLibrary(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
    const kind = KINDS[issue.expected];
    return kind && `must be ${kind}`;
  }
  if (issue.code === 'too_small' && issue.message.startsWith('Too small')) {
    if (issue.minimum === 1 && (issue.origin === 'string' || issue.origin === 'array')) return 'must not be empty';
    return bounded(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
  }
  if (issue.code === 'too_big' && issue.message.startsWith('Too big'))
    return bounded(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
  return undefined;
}

function bounded(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `must have ${bound} ${limit} characters`;
  return origin === 'array' || origin === 'set' ? `must have ${bound} ${limit} items` : `must be ${bound} ${limit}`;
}
