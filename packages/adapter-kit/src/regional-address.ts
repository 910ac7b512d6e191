/**
 * Pure: the address of an API from what an option says: the name of a region, or an address without a user, a password, a
 * query or a fragment. The slash at its end and `path`, where the API begins, are taken off. Undefined for any other text.
 */
export function regionalAddress(
  text: string,
  regions: Readonly<Record<string, string>>,
  path: RegExp = /(?!)/,
): string | undefined {
  const name = text.trim();
  const region = Object.entries(regions).find(([key]) => key === name.toLowerCase());
  if (region !== undefined) return region[1];
  if (!/^https?:\/\//i.test(name) || !URL.canParse(name)) return undefined;
  const { origin, pathname, search, hash, username, password } = new URL(name);
  if (search !== '' || hash !== '' || username !== '' || password !== '') return undefined;
  return `${origin}${pathname.replace(/\/+$/, '').replace(path, '')}`;
}
