import { HttpClient, type HttpAnswer } from '@sluice/adapter-kit';
import { RefusedError, SluiceError, UnexpectedAnswerError } from '@sluice/core/adapter';
import type { AdapterContext, CallOptions, CheckResult } from '@sluice/core/adapter';
import type { ObjectStorageSinkConfig } from './config.js';
import { iamPolicy } from './iam-policy.js';
import type { ObjectStore, StoredObject } from './object-store.js';
import { s3Address } from './s3-address.js';
import { s3Credentials, type S3Credentials } from './s3-credentials.js';
import { isDenied, s3Error } from './s3-error.js';
import { s3Region } from './s3-region.js';
import { signedHeaders } from './sign-request.js';

/** One for each request in flight. */
const MAX_CONNECTIONS = 2;

interface Access {
  readonly region: string;
  readonly credentials: S3Credentials;
}

/**
 * Stores objects in a bucket: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 *
 * An object that is there is replaced. `If-None-Match: *` would keep it, although what has its name holds the same events
 * with perhaps older bodies.
 */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly fingerprint: string;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #config: ObjectStorageSinkConfig;
  readonly #context: AdapterContext;
  readonly #region: string | undefined;
  readonly #urlOf: (key: string) => URL;
  readonly #http: HttpClient;

  constructor(bucket: string, prefix: string, config: ObjectStorageSinkConfig, context: AdapterContext) {
    const { endpoint } = config;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#config = config;
    this.#context = context;
    this.#region = s3Region(config, context.environment);
    this.#urlOf = s3Address({ ...config, bucket, region: this.#region ?? 'us-east-1' });
    this.#http = new HttpClient(
      {
        peer: { name: 'S3', addressOption: 'endpoint', insecureOption: 'allowInsecure' },
        url: this.#urlOf('').origin,
        connectTimeoutMs: config.connectTimeout,
        requestTimeoutMs: config.requestTimeout,
        maxConnections: MAX_CONNECTIONS,
        mask: (text) => context.redactor.redact(text),
      },
      context,
    );
    const place = prefix === '' ? bucket : `${bucket}/${prefix}`;
    const host = endpoint === undefined ? undefined : new URL(endpoint).host;
    this.name = `s3://${place}${host === undefined ? '' : ` at ${host}`}`;
    this.fingerprint = `s3 ${host ?? 'amazon'} ${place}`;
  }

  async open(): Promise<void> {
    this.#access();
  }

  async put(object: StoredObject, { signal }: CallOptions): Promise<void> {
    const answer = await this.#put(object, signal);
    if (answer.status !== 200) throw this.#error(answer);
    // Every store of this protocol has it; a page that answers 200 to anything has not.
    if (answer.headers?.['etag'] !== undefined) return;
    throw new UnexpectedAnswerError(
      `${this.#host} answered 200 without an ETag, which is not how S3 stores an object: check endpoint and bucket`,
    );
  }

  target(path: string): string {
    return `PUT ${this.#urlOf(this.#keyOf(path)).href}`;
  }

  async check(probe: StoredObject, { signal }: CallOptions): Promise<readonly CheckResult[]> {
    const name = 'bucket';
    let denied = false;
    try {
      const answer = await this.#put(probe, signal);
      denied = isDenied(answer);
      if (answer.status !== 200) throw this.#error(answer);
      return [{ name, outcome: 'good', message: `${this.name} takes files (${this.#keyOf(probe.path)} was stored)` }];
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof SluiceError)) throw error;
      const fix = denied
        ? 'attach this policy to the user of the access key, in IAM'
        : 'correct the options, or the store, as the message says';
      const statements = denied ? iamPolicy(this.#bucket, this.#prefix, this.#region ?? '') : [];
      return [{ name, outcome: 'bad', message: error.message, fix, statements }];
    }
  }

  close(): void {
    this.#http.close();
  }

  get #host(): string {
    return this.#urlOf('').host;
  }

  #keyOf(path: string): string {
    return this.#prefix === '' ? path : `${this.#prefix}/${path}`;
  }

  #access(): Access {
    const region = this.#region;
    if (region === undefined) {
      throw new RefusedError(
        'restricted',
        'no region: set region in the pipeline file, or AWS_REGION in the environment',
      );
    }
    return { region, credentials: s3Credentials(this.#config, this.#context) };
  }

  #put({ path, body, contentType, sha256 }: StoredObject, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const url = this.#urlOf(this.#keyOf(path));
    const request = { method: 'PUT', url, headers: { 'content-type': contentType }, sha256 };
    const headers = signedHeaders(request, { ...this.#access(), now: this.#context.runtime.now() });
    return this.#http.call({ method: 'PUT', path: url.pathname, headers, body, signal });
  }

  #error(answer: HttpAnswer): SluiceError {
    return s3Error(
      answer,
      { bucket: this.#bucket, region: this.#region ?? '', host: this.#host },
      this.#context.runtime.now(),
    );
  }
}
