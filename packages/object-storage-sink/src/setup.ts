import type { SetupQuestion } from '@sluice/core/adapter';

/** What `sluice init` asks: a bucket of Amazon S3. The address of another store is a matter of the file. */
export const objectStorageSetup: readonly SetupQuestion[] = [
  {
    option: 'bucket',
    label: 'Bucket that the files are stored in',
    help: 'the name alone, such as my-events',
    variable: 'EVENTS_BUCKET',
    example: 'my-events',
  },
  {
    option: 'region',
    label: 'Region of the bucket',
    help: 'such as eu-central-1; auto for Cloudflare R2 and Google Cloud Storage',
    variable: 'AWS_REGION',
    default: 'us-east-1',
    example: 'us-east-1',
  },
  {
    option: 'accessKeyId',
    label: 'Id of the access key',
    help: 'AKIA…; its user needs s3:PutObject on the bucket and nothing else',
    variable: 'AWS_ACCESS_KEY_ID',
    example: 'AKIAIOSFODNN7EXAMPLE',
  },
  {
    option: 'secretAccessKey',
    label: 'Secret of the access key',
    help: 'shown once, when the key was made',
    variable: 'AWS_SECRET_ACCESS_KEY',
    sensitive: true,
    example: 'example',
  },
];
