import { TransientError, type AdapterContext } from '@sluice/core/adapter';
import type { ObjectStorageSinkConfig } from './config.js';
import type { S3Answer } from './s3-answer.js';

export class S3Http {
  readonly #config: ObjectStorageSinkConfig;
  readonly #context: AdapterContext;
  constructor(_origin: string, config: ObjectStorageSinkConfig, context: AdapterContext) {
    this.#config = config;
    this.#context = context;
  }
  async put(url: URL, { headers, body, signal }: { headers: Readonly<Record<string, string>>; body: Buffer; signal: AbortSignal | undefined }): Promise<S3Answer> {
    signal?.throwIfAborted();
    const { got } = await import('got');
    try {
      const answer = await got(url, { method: 'PUT', headers: { ...headers, 'user-agent': this.#context.userAgent }, body, retry: { limit: 0 }, followRedirect: false, throwHttpErrors: false, timeout: { request: this.#config.requestTimeout }, ...(signal && { signal }) });
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    } catch (error) {
      signal?.throwIfAborted();
      throw new TransientError(String(error));
    }
  }
  close(): void {}
}
