/**
 * The record that a page of Langfuse shows: `/project/<project>/traces/<id>`, with `?observation=<id>` for a generation
 * of it, and `/project/<project>/traces?peek=<id>`, where the list of traces shows one beside it.
 */
export function recordAt({
  pathname,
  searchParams,
}: URL): { readonly stream: string; readonly key: string } | undefined {
  const match = /\/project\/[^/]+\/traces(?:\/(?<id>[^/]+))?\/?$/u.exec(pathname);
  if (match === null) return undefined;
  const { id } = match.groups ?? {};
  const key = id === undefined ? searchParams.get('peek') : decoded(id);
  if (key === null) return undefined;
  const observation = searchParams.get('observation');
  return observation === null ? { stream: 'trace', key } : { stream: 'generation', key: observation };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
