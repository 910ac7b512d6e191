import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { signedHeaders } from '#src/sign-request.js';
import { anEvent, describeSink, someEvents } from '@sluice/testkit';
import { expect } from 'chai';
import { aSink, send } from './a-sink.js';
import { ACCESS_KEY, S3Double, signatureOf } from './s3-double.js';

const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: ACCESS_KEY.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ACCESS_KEY.secretAccessKey,
  AWS_REGION: 'eu-central-1',
};

describe('object storage sink (S3)', () => {
  let double: S3Double;
  before(async () => {
    double = await S3Double.start();
  });
  after(() => double.stop());

  describeSink({
    name: 'it',
    create: async () => {
      double.objects.clear();
      return {
        sink: aSink({ bucket: 'my-events', endpoint: double.endpoint, format: 'ndjson', ...ACCESS_KEY }),
        events: someEvents,
        receivedUuids: async () =>
          [...double.objects]
            .filter(([key]) => key.endsWith('.ndjson.gz'))
            .flatMap(([, body]) => gunzipSync(body).toString().split('\n').slice(0, -1))
            .map((line) => String(Object(JSON.parse(line)).uuid)),
        dispose: async () => {},
      };
    },
  });

  it('signs what the store recomputes, whatever is in the name of a file', async () => {
    double.objects.clear();
    const prefix = "a b+c/ü*(~)'%/=&";
    const context = { environment: { ...ENVIRONMENT, AWS_SESSION_TOKEN: 'a token' } };
    const sink = aSink({ bucket: 'my-events', endpoint: double.endpoint, prefix }, context);
    await send(sink, [anEvent()]);
    await sink.close();
    const keys = [...double.objects.keys()];
    expect(keys).to.have.lengthOf(2);
    expect(keys[0]).to.match(/^my-events\/a b\+c\/ü\*\(~\)'%\/=&\/dt=.*\.parquet$/u);
    expect(keys[1]).to.equal(`my-events/${prefix}/_manifest/${keys[0]?.slice(`my-events/${prefix}/`.length)}.json`);
  });
});

describe('the signature of a request', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "Example: PUT Object"
  const sha256 = createHash('sha256').update('Welcome to Amazon S3.').digest('hex');
  const url = new URL('https://examplebucket.s3.amazonaws.com/test%24file.text');
  const headers = signedHeaders(
    { method: 'PUT', url, headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }, sha256 },
    { region: 'us-east-1', credentials: ACCESS_KEY, now: Date.UTC(2013, 4, 24) },
  );

  it('is the published one for the published example', () => {
    expect(headers['authorization']).to.equal(
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
        'SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, ' +
        'Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    );
  });

  it('is recomputed by the double of these tests', () => {
    expect(signatureOf({ method: 'PUT', path: url.pathname, headers }, ACCESS_KEY.secretAccessKey)).to.equal(
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    );
  });
});
