import { hash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;
const NAMESPACE_BYTES = 16;
const scratch = Buffer.alloc(1024);
let scratchNamespace = '';

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The name-based uuid of RFC 9562 (version 5, SHA-1); null if the namespace is not a uuid. */
export function uuid5(namespace: string, name: string): string | null {
  if (namespace !== scratchNamespace) {
    if (!isUuid(namespace)) return null;
    scratch.write(namespace.replaceAll('-', ''), 'hex');
    scratchNamespace = namespace;
  }
  const digest = hash('sha1', bytesOf(name), 'hex');
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

/** The bytes of the namespace and of the name in UTF-8. Names of usual length need no new buffer. */
function bytesOf(name: string): Buffer {
  if (name.length * 3 > scratch.length - NAMESPACE_BYTES) {
    return Buffer.concat([scratch.subarray(0, NAMESPACE_BYTES), Buffer.from(name, 'utf8')]);
  }
  return scratch.subarray(0, NAMESPACE_BYTES + scratch.write(name, NAMESPACE_BYTES, 'utf8'));
}
