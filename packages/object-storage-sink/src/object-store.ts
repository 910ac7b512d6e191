import type { CallOptions, CheckResult } from '@sluice/core/adapter';

export interface StoredObject {
  /** Below the prefix, with slashes between folders. */
  readonly path: string;
  readonly body: Buffer;
  readonly contentType: string;
  /** Of the body, in hexadecimal digits. */
  readonly sha256: string;
}

/** Where objects are stored: a bucket or a folder. */
export interface ObjectStore {
  /** For people, with the prefix: `s3://my-bucket/events`. */
  readonly name: string;
  /** Tells one destination from another, without a key. */
  readonly fingerprint: string;
  /** Throws `RefusedError` when nothing can be stored. Stores nothing. */
  open(): Promise<void>;
  /** Stores the object whole or not at all, in place of one with the same path. Resolves when it is durable. */
  put(object: StoredObject, options: CallOptions): Promise<void>;
  /** Where an object is, for `preview`: `PUT https://…` or a path. */
  target(path: string): string;
  /** Stores a probe in the same way as an object. Never throws for a finding. */
  check(probe: StoredObject, options: CallOptions): Promise<readonly CheckResult[]>;
  close(): void;
}
