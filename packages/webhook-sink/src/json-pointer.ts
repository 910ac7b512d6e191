/** A JSON pointer (RFC 6901): empty, or parts that each begin with a slash, with `~1` for a slash and `~0` for a tilde. */
export const JSON_POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

/** The value that a pointer leads to; undefined if there is none. */
export function valueAt(value: unknown, pointer: string): unknown {
  let found = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}
