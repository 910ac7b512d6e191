import type { LangfuseStreamName } from './langfuse-records.js';

/** A record by the ids of its project and its own. */
export interface RecordAddress {
  readonly stream: LangfuseStreamName;
  /** Absent where the page leads to the project by itself. */
  readonly project?: string;
  readonly id: string;
}

/**
 * The record that a page of Langfuse shows: `/project/<project>/traces/<id>`, with `?observation=<id>` for a step of it,
 * and `/project/<project>/traces?peek=<id>`, where the list of traces shows one beside it. The address of a generation is
 * that of any other step. `/trace/<id>`, which SDKs print, leads to the first of these.
 */
export function recordAt({ pathname, searchParams }: URL): RecordAddress | undefined {
  const linked = /\/trace\/(?<id>[^/]+)\/?$/u.exec(pathname)?.groups?.['id'];
  if (linked !== undefined) return { stream: 'trace', id: decoded(linked) };
  const match = /\/project\/(?<project>[^/]+)\/traces(?:\/(?<id>[^/]+))?\/?$/u.exec(pathname);
  if (match === null) return undefined;
  const { id: trace, project = '' } = match.groups ?? {};
  const id = trace === undefined ? searchParams.get('peek') : decoded(trace);
  if (id === null) return undefined;
  const observation = searchParams.get('observation');
  const address = { project: decoded(project) };
  return observation === null
    ? { ...address, stream: 'trace', id }
    : { ...address, stream: 'observation', id: observation };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
