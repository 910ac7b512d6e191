import type { Instant } from '@sluice/core/adapter';
import aws4 from 'aws4';
import type { S3Credentials } from './s3-credentials.js';

export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the body, in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Pure: the headers of a request with its signature:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signedHeaders(
  { method, url, headers, sha256 }: UnsignedRequest,
  { region, credentials, now }: { readonly region: string; readonly credentials: S3Credentials; readonly now: Instant },
): Readonly<Record<string, string>> {
  const date = new Date(now).toISOString().replace(/[-:]|\.\d{3}/gu, '');
  const { headers: signed = {} } = aws4.sign(
    {
      service: 's3',
      region,
      method,
      path: url.pathname,
      headers: { host: url.host, ...headers, 'x-amz-content-sha256': sha256, 'x-amz-date': date },
    },
    credentials,
  );
  return Object.fromEntries(Object.entries(signed).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
