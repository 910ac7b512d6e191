import { Secret } from '@sluice/core/adapter';
import { maskOf, secretTexts, type Reveal, type SecretValue } from './secret-value.js';

/** Who asks: in the header `Authorization`. */
export type HttpAuth =
  { readonly bearer: Secret } | { readonly username: string | Secret; readonly password?: string | Secret };

/** Where requests of an adapter go, and what each has besides its body. */
export interface HttpTarget {
  /** The address that the configuration names. A `Secret` if its path is secret. */
  readonly url: string | Secret;
  /** What follows it: `/import`. Default: nothing. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | Secret>>;
  readonly headers?: Readonly<Record<string, string | Secret>>;
  readonly auth?: HttpAuth;
}

/** Pure: the whole address, with one slash where both an address that people wrote and the path have one. */
export function addressOf(url: string, path: string): string {
  return url.endsWith('/') && path.startsWith('/') ? `${url}${path.slice(1)}` : `${url}${path}`;
}

/** Pure: the path behind the address, with the query. */
export function pathOf({ path = '', query = {} }: HttpTarget, reveal: Reveal): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(value, reveal))}`,
  );
  return pairs.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

/** Pure: the headers that every request has, names in lower case. */
export function headersOf({ headers = {}, auth }: HttpTarget, reveal: Reveal): Record<string, string> {
  const written = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), textOf(value, reveal)]);
  return { ...authorization(auth, reveal), ...Object.fromEntries(written) };
}

/** Pure: the address, or only its origin if the rest is secret. */
export function shownUrl({ url }: HttpTarget): string {
  return url instanceof Secret ? `${new URL(url.reveal()).origin}/***` : url;
}

/** Pure: the secrets of every request to the target, without that of the address. */
export function secretsOf({ headers = {}, query = {}, auth }: HttpTarget): readonly string[] {
  return [headers, query, { ...auth }].flatMap((values: SecretValue) => secretTexts(values));
}

/** Pure: masks every secret of requests to the target in a text from outside. `others`: secrets of the body. */
export function maskFor(target: HttpTarget, others: readonly string[]): (text: string) => string {
  const { url, auth } = target;
  const address = url instanceof Secret ? [url.reveal(), new URL(url.reveal()).pathname] : [];
  const basic = auth !== undefined && 'username' in auth ? [basicText(auth, (secret) => secret.reveal())] : [];
  return maskOf([...address, ...basic, ...secretsOf(target), ...others]);
}

function authorization(auth: HttpAuth | undefined, reveal: Reveal): Record<string, string> {
  if (auth === undefined) return {};
  if ('bearer' in auth) return { authorization: `Bearer ${reveal(auth.bearer)}` };
  const isMasked = reveal(new Secret('-')) !== '-';
  return { authorization: `Basic ${isMasked ? '***' : basicText(auth, reveal)}` };
}

function basicText({ username, password = '' }: Extract<HttpAuth, { username: unknown }>, reveal: Reveal): string {
  return Buffer.from(`${textOf(username, reveal)}:${textOf(password, reveal)}`).toString('base64');
}

function textOf(value: string | Secret, reveal: Reveal): string {
  return value instanceof Secret ? reveal(value) : value;
}
