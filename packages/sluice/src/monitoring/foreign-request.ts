import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The names of this machine, as in an address. */
const OWN_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

/**
 * Why a request is refused, if it may come from a page of another site: a browser on this machine sends it wherever the
 * page says, also under a name that leads here for a moment. Without `Origin`, and with no `Host` or one of this machine,
 * it does not. Where other machines are served, a name can be any.
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
