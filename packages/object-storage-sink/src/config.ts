import { isLoopback, timeout } from '@sluice/adapter-kit';
import { secretText } from '@sluice/core/adapter';
import { z } from 'zod';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, and the underscores of GCS. */
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/u;

/** Options that a folder has no use for. */
const OF_BUCKETS = ['endpoint', 'region', 'accessKeyId', 'secretAccessKey', 'sessionToken', 'addressing'] as const;

/** The options of `use: object-storage`. */
export const objectStorageSinkConfig = z
  .strictObject({
    bucket: z
      .string()
      .regex(BUCKET, 'not the name of a bucket: write the name alone, such as my-events, and a folder in it as prefix')
      .optional()
      .describe('The bucket that files are stored in. Either `bucket` or `path`.'),
    path: z
      .string()
      .min(1, 'must not be empty')
      .optional()
      .describe("A local folder that files are stored in, relative to the pipeline file's. Either `bucket` or `path`."),
    prefix: z
      .string()
      .transform((text) => text.replace(/^\/+|\/+$/gu, ''))
      .refine(
        (text) => !/(?:^|\/)(?:\.{1,2})?(?:\/|$)/u.test(text) || text === '',
        'must not contain empty parts, . or ..',
      )
      .optional()
      .describe('The folder of the files in the bucket or folder. Default: the name of the pipeline. Empty: none.'),
    format: z
      .enum(['parquet', 'ndjson'])
      .default('parquet')
      .describe('`parquet`: a column for each field and property. `ndjson`: a compressed line of JSON for each event.'),
    endpoint: z
      .string()
      .refine(isOrigin, 'expected an address with nothing after its host, such as https://storage.googleapis.com')
      .optional()
      .describe('The address of an S3-compatible store. Absent: Amazon S3 in `region`.'),
    region: z
      .string()
      .regex(/^[a-z0-9-]+$/u, 'expected a region, such as eu-central-1')
      .optional()
      .describe(
        'The region of the bucket. Default: `AWS_REGION` or `AWS_DEFAULT_REGION`; `us-east-1` with an endpoint.',
      ),
    addressing: z
      .enum(['virtual-host', 'path'])
      .optional()
      .describe(
        'Where the bucket appears in addresses. Default: `virtual-host` for Amazon S3, `path` with an endpoint.',
      ),
    accessKeyId: z
      .string()
      .min(1, 'must not be empty')
      .optional()
      .describe('The id of the access key. Default: `AWS_ACCESS_KEY_ID`.'),
    secretAccessKey: secretText()
      .optional()
      .describe('The secret of the access key. Default: `AWS_SECRET_ACCESS_KEY`.'),
    sessionToken: secretText().optional().describe('The token of temporary credentials. Default: `AWS_SESSION_TOKEN`.'),
    allowInsecure: z.boolean().default(false).describe('Whether events may travel over plain http to another machine.'),
    connectTimeout: timeout('10s').describe('How long name lookup, connection and TLS handshake may each take.'),
    requestTimeout: timeout('5m').describe('How long storing one file may take.'),
  })
  .superRefine((options, context) => {
    const { bucket, path, accessKeyId, secretAccessKey, sessionToken } = options;
    const problem = (option: string, message: string) => {
      context.addIssue({ code: 'custom', path: [option], message });
    };
    if (bucket === undefined && path === undefined)
      problem('bucket', 'missing: set bucket, or path for a local folder');
    if (path !== undefined) {
      if (bucket !== undefined) problem('path', 'set either bucket or path: a pipeline writes to one of them');
      for (const option of OF_BUCKETS) {
        if (options[option] !== undefined)
          problem(option, 'a local folder has none: remove it, or set bucket, not path');
      }
      return;
    }
    if (options.endpoint !== undefined && !options.allowInsecure && travelsInClear(options.endpoint)) {
      problem(
        'endpoint',
        'events would travel unencrypted: use https, or set allowInsecure: true on a network you trust',
      );
    }
    if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
      problem('accessKeyId', 'set both accessKeyId and secretAccessKey, or neither to use the environment');
    }
    if (sessionToken !== undefined && accessKeyId === undefined) {
      problem('sessionToken', 'it belongs to an access key: set accessKeyId and secretAccessKey as well');
    }
  });

export type ObjectStorageSinkConfig = z.infer<typeof objectStorageSinkConfig>;

/** Whether it is the address of a host alone: the bucket has its own option. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(text);
  return /^https?:$/u.test(protocol) && [pathname, search, hash, username, password].join('') === '/';
}

function travelsInClear(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'http:' && !isLoopback(hostname);
}
