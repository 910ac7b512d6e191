/** Executes one statement in the database at a URL `http://user:password@host:port/database`; returns the answer's text. */
export async function executeStatement(url: string, statement: string, body = ''): Promise<string> {
  const { origin, pathname, username, password } = new URL(url);
  const parameters = new URLSearchParams({ database: decodeURIComponent(pathname.slice(1)) || 'default' });
  parameters.set('wait_end_of_query', '1');
  // Times without a zone are UTC, whatever the server's zone.
  parameters.set('session_timezone', 'UTC');
  if (body !== '') parameters.set('query', statement);
  const response = await fetch(`${origin}/?${parameters.toString()}`, {
    method: 'POST',
    headers: {
      'X-ClickHouse-User': decodeURIComponent(username) || 'default',
      'X-ClickHouse-Key': decodeURIComponent(password),
    },
    body: body === '' ? statement : body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
