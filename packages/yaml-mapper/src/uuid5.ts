import { hash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;
let lastNamespace = '';
let lastBytes: Buffer | undefined;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** RFC 9562's name-based uuid with SHA-1, or null when the namespace is not a uuid. */
export function uuid5(namespace: string, name: string): string | null {
  if (lastBytes === undefined || namespace !== lastNamespace) {
    if (!isUuid(namespace)) return null;
    lastBytes = Buffer.from(namespace.replaceAll('-', ''), 'hex');
    lastNamespace = namespace;
  }
  const digest = hash('sha1', Buffer.concat([lastBytes, Buffer.from(name, 'utf8')]), 'hex');
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
