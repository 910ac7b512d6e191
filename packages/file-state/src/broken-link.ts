import { existsSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';

/** Names the link on the way to a path that leads to nothing, such as to a volume that is not mounted, if there is one. */
export function brokenLinkText(path: string): string | undefined {
  for (let current = path; !existsSync(current); current = dirname(current)) {
    const target = linkTarget(current);
    if (target !== undefined) return `the link ${current} points to nothing; is ${target} mounted?`;
    if (current === dirname(current)) return undefined;
  }
  return undefined;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
