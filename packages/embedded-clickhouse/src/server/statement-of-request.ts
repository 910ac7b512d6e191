import type { Statement } from './engine.js';

/** Parameters of a request that are neither settings nor parameters of the statement. */
const RESERVED = [
  'query',
  'database',
  'query_id',
  'default_format',
  'user',
  'password',
  'role',
  'wait_end_of_query',
  'buffer_size',
  'session_id',
  'session_timeout',
  'session_check',
];

/** The statement is the parameter `query` followed by the body, which for an INSERT holds the rows. */
export function statementOf(url: URL, body: string): Statement {
  const parameters = new Map<string, string>();
  const settings = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) parameters.set(name.slice('param_'.length), value);
    else if (!RESERVED.includes(name)) settings.set(name, value);
  }
  return {
    text: [url.searchParams.get('query') ?? '', body].filter((part) => part !== '').join('\n'),
    database: url.searchParams.get('database') ?? 'default',
    parameters,
    settings,
    defaultFormat: url.searchParams.get('default_format') ?? 'TabSeparated',
  };
}
