/** The one right that a run and a check need, as a policy to paste into IAM; the keys of objects begin with `prefix`. */
export function iamPolicy(bucket: string, prefix: string, region: string): readonly string[] {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  const resource = `arn:${partition}:s3:::${bucket}/${prefix === '' ? '*' : `${prefix}/*`}`;
  const statement = { Sid: 'SluiceStoresEvents', Effect: 'Allow', Action: 's3:PutObject', Resource: resource };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2).split('\n');
}
