import type { ObjectStorageSinkConfig } from './config.js';

type AddressOptions = Pick<ObjectStorageSinkConfig, 'endpoint' | 'addressing'> & {
  readonly bucket: string;
  readonly region: string;
};

/**
 * Pure: makes the addresses of objects in a bucket. A certificate of Amazon's covers one label in front of its host, so that
 * a bucket with a point in its name stands in the path.
 */
export function s3Address({ bucket, region, endpoint, addressing }: AddressOptions): (key: string) => URL {
  const usual = endpoint === undefined && !bucket.includes('.') ? 'virtual-host' : 'path';
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`);
  const inPath = (addressing ?? usual) === 'path';
  if (!inPath) url.host = `${bucket}.${url.host}`;
  return (key) => new URL(`${url.origin}/${inPath ? `${bucket}/` : ''}${escapedKey(key)}`);
}

/** As the signature has it: everything but letters, digits and `-._~` is escaped, so that all stores read the same path. */
function escapedKey(key: string): string {
  return key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/gu, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');
}
