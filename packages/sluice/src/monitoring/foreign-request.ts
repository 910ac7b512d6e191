import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The names of this machine, as in an address. */
const OWN_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

/**
 * Why a request is refused that may come from a page of another site, in a browser on this machine. Its `Origin` tells, or
 * its `Host`: by DNS rebinding, a page can reach this machine under a name of its own. A server that other machines may ask
 * does not know its names, so it looks at `Origin` alone.
 */
export function foreignRequest(
  { headers: { host, origin } }: Pick<IncomingMessage, 'headers'>,
  { listen, bound }: { readonly listen: string; readonly bound: Pick<AddressInfo, 'address'> },
): string | undefined {
  if (origin !== undefined && origin !== `http://${host ?? ''}`) return 'other pages may not ask';
  if (host === undefined || !LOOPBACK.test(bound.address)) return undefined;
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
  return OWN_NAME.test(name) || name === listen ? undefined : 'ask for localhost or 127.0.0.1';
}
