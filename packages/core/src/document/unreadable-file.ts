import { readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { closestName } from './did-you-mean.js';
import { errorCode } from './error-code.js';

/** Why a file could not be read, and what to do. */
export function describeUnreadable(path: string, error: unknown): { readonly message: string; readonly help?: string } {
  const code = errorCode(error);
  if (code === 'EISDIR') return { message: `${path} is a folder`, help: 'name a file in it' };
  if (code === 'ELOOP') return { message: `a link in ${path} leads to itself`, help: 'correct the link' };
  if (code !== 'ENOENT') return { message: `the file ${path} cannot be read` };
  const target = linkTarget(path);
  if (target !== undefined) return { message: `the link ${path} points to nothing`, help: `is ${target} mounted?` };
  const meant = similarFile(path);
  const help = meant === undefined ? 'correct the path, or install the package' : `did you mean \`${meant}\`?`;
  return { message: `there is no file ${path}`, help };
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The file of the same folder and kind that was probably meant. */
function similarFile(path: string): string | undefined {
  try {
    const names = readdirSync(dirname(path)).filter((name) => extname(name) === extname(path));
    return closestName(basename(path), names);
  } catch {
    return undefined;
  }
}
