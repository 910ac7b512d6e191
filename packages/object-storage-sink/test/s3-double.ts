import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const ACCESS_KEY = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** Takes what was sent with its headers; gives what a refusal says, or undefined for the usual answer. */
type Gate = (quote: string) => Promise<string | undefined>;

/** A store of S3's protocol in memory that takes `PUT` of objects and recomputes the signature of each. */
export class S3Double {
  /** By bucket and key. */
  readonly objects = new Map<string, Buffer>();
  readonly #server: Server;

  private constructor(gate?: Gate) {
    this.#server = createServer((request, response) => void this.#answer(request, response, gate));
  }

  static async start(gate?: Gate): Promise<S3Double> {
    const double = new S3Double(gate);
    await new Promise<void>((resolve) => void double.#server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get endpoint(): string {
    const address: AddressInfo | string | null = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse, gate?: Gate): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks);
    const { method = '', url = '', headers } = request;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const wrong = (status: number, code: string, message = 'no') =>
      response
        .writeHead(status)
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
    const refusal = await gate?.(JSON.stringify([url, headers]));
    if (refusal !== undefined) return void wrong(403, 'AccessDenied', refusal);
    if (headers['x-amz-content-sha256'] !== sha256) return void wrong(400, 'XAmzContentSHA256Mismatch');
    const signature = signatureOf({ method, path: url, headers: { ...headers } }, ACCESS_KEY.secretAccessKey);
    if (!headers.authorization?.endsWith(`Signature=${signature}`)) return void wrong(403, 'SignatureDoesNotMatch');
    if (method !== 'PUT') return void wrong(405, 'MethodNotAllowed');
    this.objects.set(decodeURIComponent(url.slice(1)), body);
    response.writeHead(200, { etag: `"${createHash('md5').update(body).digest('hex')}"` }).end();
  }
}

interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** What the signature of a request without a query must be, by the steps of Amazon's description. */
export function signatureOf({ method, path, headers }: SignedRequest, secret: string): string {
  const authorization = String(headers['authorization']);
  const [, scope = ''] = /Credential=[^/]+\/([^,]+)/u.exec(authorization) ?? [];
  const [, names = ''] = /SignedHeaders=([^,]+)/u.exec(authorization) ?? [];
  const canonicalPath = path
    .split('/')
    .map((part) =>
      encodeURIComponent(decodeURIComponent(part)).replace(
        /[!'()*]/gu,
        (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, canonicalPath, '', lines.join(''), names, headers['x-amz-content-sha256']].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((derived, part) => createHmac('sha256', derived).update(part).digest(), `AWS4${secret}`);
  return createHmac('sha256', key).update(toSign).digest('hex');
}
