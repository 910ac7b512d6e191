import { RefusedError, type AdapterContext } from '@sluice/core/adapter';
import type { ObjectStorageSinkConfig } from './config.js';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type KeyOptions = Pick<ObjectStorageSinkConfig, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

/**
 * The access key of the options, else that of the environment; never one half from each. Throws `RefusedError` without one:
 * the address where a machine of Amazon's gets its own key is not asked.
 */
export function s3Credentials(options: KeyOptions, { environment, redactor }: AdapterContext): S3Credentials {
  const ofOptions = [options.accessKeyId, options.secretAccessKey?.reveal(), options.sessionToken?.reveal()];
  const ofEnvironment = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].map(
    (name) => environment[name],
  );
  const chosen = options.accessKeyId === undefined ? ofEnvironment : ofOptions;
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = chosen.map((text) => text?.trim());
  if (accessKeyId === '' || secretAccessKey === '') {
    throw new RefusedError(
      'credentials',
      'no access key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or accessKeyId and secretAccessKey in the pipeline file',
    );
  }
  for (const secret of [secretAccessKey, sessionToken]) if (secret !== '') redactor.add(secret);
  return { accessKeyId, secretAccessKey, ...(sessionToken !== '' && { sessionToken }) };
}
