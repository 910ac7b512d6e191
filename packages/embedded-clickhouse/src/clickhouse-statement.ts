/** The URL of a database in the server at a URL. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/** Executes one statement without an answer. */
export async function execute(url: string, statement: string): Promise<void> {
  const { username, password, ...parts } = partsOf(url);
  const response = await fetch(`${parts.server}/?database=${parts.database}&wait_end_of_query=1`, {
    method: 'POST',
    body: statement,
    headers: { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
}

interface UrlParts {
  readonly server: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
}

function partsOf(text: string): UrlParts {
  const url = new URL(text);
  return {
    server: url.origin,
    database: url.pathname.slice(1) || 'default',
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
  };
}
