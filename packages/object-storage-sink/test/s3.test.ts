import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { RefusedError } from '@sluice/core/adapter';
import { SecretRedactor } from '@sluice/core/service';
import { signedHeaders } from '#src/sign-request.js';
import { anEvent, describeSink, destinationDouble, someEvents } from '@sluice/testkit';
import { useNock } from '@sluice/testkit/nock';
import { expect } from 'chai';
import nock from 'nock';
import { aSink, encoded, send, WINDOW } from './a-sink.js';
import { ACCESS_KEY, S3Double, signatureOf } from './s3-double.js';

const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: ACCESS_KEY.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ACCESS_KEY.secretAccessKey,
  AWS_REGION: 'eu-central-1',
};

const TOKEN = 'session-token-1234';

describe('object storage sink (S3)', () => {
  describeSink({
    name: 'it',
    create: async () => {
      const { answer, faults } = destinationDouble<string | undefined>({
        answer: () => undefined,
        refusal: (quote) => quote,
      });
      const double = await S3Double.start((quote) => answer([], quote));
      const access = { ...ACCESS_KEY, sessionToken: TOKEN };
      return {
        sink: aSink({ bucket: 'my-events', endpoint: double.endpoint, format: 'ndjson', ...access }),
        events: someEvents,
        receivedUuids: async () =>
          [...double.objects]
            .filter(([key]) => key.endsWith('.ndjson.gz'))
            .flatMap(([, body]) => gunzipSync(body).toString().split('\n').slice(0, -1))
            .map((line) => String(Object(JSON.parse(line)).uuid)),
        secrets: [ACCESS_KEY.secretAccessKey, TOKEN],
        destination: faults,
        dispose: () => double.stop(),
      };
    },
  });

  it('signs what the store recomputes, whatever is in the name of a file', async () => {
    const double = await S3Double.start();
    const prefix = "a b+c/ü*(~)'%/=&";
    const context = { environment: { ...ENVIRONMENT, AWS_SESSION_TOKEN: 'a token' } };
    const sink = aSink({ bucket: 'my-events', endpoint: double.endpoint, prefix }, context);
    await send(sink, [anEvent()]);
    await sink.close();
    await double.stop();
    const keys = [...double.objects.keys()];
    expect(keys).to.have.lengthOf(2);
    expect(keys[0]).to.match(/^my-events\/a b\+c\/ü\*\(~\)'%\/=&\/dt=.*\.parquet$/u);
    expect(keys[1]).to.equal(`my-events/${prefix}/_manifest/${keys[0]?.slice(`my-events/${prefix}/`.length)}.json`);
  });
});

describe('object storage sink (S3), its address and its key', () => {
  useNock();

  const OPTIONS = { bucket: 'my-events', prefix: 'p' };

  function target(options: object, environment: Readonly<Record<string, string>> = ENVIRONMENT): string {
    const sink = aSink({ ...OPTIONS, ...options }, { environment });
    const [request] = sink.assemble(encoded(sink, [anEvent()]), WINDOW).requests;
    return sink.describe(request ?? { events: [] }).target.replace(/p\/dt.*/u, '');
  }

  for (const [address, options] of [
    ['https://my-events.s3.eu-central-1.amazonaws.com/', {}],
    ['https://my-events.s3.us-west-2.amazonaws.com/', { region: 'us-west-2' }],
    ['https://my-events.s3.cn-north-1.amazonaws.com.cn/', { region: 'cn-north-1' }],
    ['https://s3.eu-central-1.amazonaws.com/my.events/', { bucket: 'my.events' }],
    ['https://s3.eu-central-1.amazonaws.com/my-events/', { addressing: 'path' }],
    ['https://storage.googleapis.com/my-events/', { endpoint: 'https://storage.googleapis.com' }],
    [
      'https://my-events.minio.example.com:9000/',
      { endpoint: 'https://minio.example.com:9000/', addressing: 'virtual-host' },
    ],
  ] as const) {
    it(`stores at ${address} with ${JSON.stringify(options)}`, () => {
      expect(target(options)).to.equal(`PUT ${address}`);
    });
  }

  /** The headers of the one request that a check makes, and its finding. */
  async function checked(options: object, environment: object, status = 200, body = '') {
    let headers: Readonly<Record<string, string>> = {};
    nock('https://my-events.s3.eu-central-1.amazonaws.com')
      .put('/p/_manifest/check')
      .reply(function answer() {
        headers = this.req.headers;
        return [status, body, { etag: '"1"' }];
      });
    const sink = aSink({ ...OPTIONS, ...options }, { environment: { ...environment } });
    const [finding] = await sink.check();
    await sink.close();
    return { headers, finding };
  }

  it('checks by storing a probe, which needs no right but that of a run', async () => {
    const { finding, headers } = await checked({}, ENVIRONMENT);
    expect(finding).to.include({ outcome: 'good' });
    expect(headers['authorization']).to.include('/eu-central-1/s3/aws4_request');
    expect(headers).to.not.have.property('x-amz-security-token');
  });

  it('prints the policy to paste where the right is missing', async () => {
    const denied = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
    const { finding } = await checked({}, ENVIRONMENT, 403, denied);
    expect(finding).to.include({ outcome: 'bad' });
    expect(JSON.parse((finding?.statements ?? []).join('\n'))).to.deep.equal({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'SluiceStoresEvents', Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::my-events/p/*' },
      ],
    });
    const { finding: other } = await checked(
      {},
      ENVIRONMENT,
      403,
      denied.replace('AccessDenied', 'InvalidAccessKeyId'),
    );
    expect(other?.statements).to.deep.equal([]);
    const ofKmsKey = denied.replace(
      'Access Denied',
      'is not authorized to perform: kms:GenerateDataKey on resource: …',
    );
    const { finding: encrypted } = await checked({}, ENVIRONMENT, 403, ofKmsKey);
    expect(encrypted?.statements).to.deep.equal([]);
  });

  it('takes the key of the options before that of the environment, and never parts of both', async () => {
    const environment = { ...ENVIRONMENT, AWS_ACCESS_KEY_ID: 'OFENVIRONMENT', AWS_SESSION_TOKEN: 'a-token' };
    const ofOptions = await checked({ accessKeyId: 'OFOPTIONS', secretAccessKey: 'secret' }, environment);
    expect(ofOptions.headers['authorization']).to.include('Credential=OFOPTIONS/');
    expect(ofOptions.headers).to.not.have.property('x-amz-security-token');
    const ofEnvironment = await checked({}, environment);
    expect(ofEnvironment.headers['authorization']).to.include('Credential=OFENVIRONMENT/');
    expect(ofEnvironment.headers['x-amz-security-token']).to.equal('a-token');
  });

  it('takes no secret from the environment that the log may not know', async () => {
    const redactor = new SecretRedactor();
    const environment = { ...ENVIRONMENT, AWS_SESSION_TOKEN: 'a-token-of-the-environment' };
    await aSink(OPTIONS, { environment, redactor }).open();
    expect(redactor.redact(`${ACCESS_KEY.secretAccessKey} a-token-of-the-environment`)).to.equal(
      '[redacted] [redacted]',
    );
  });

  for (const [missing, part] of [
    ['AWS_ACCESS_KEY_ID', 'no access key: set AWS_ACCESS_KEY_ID'],
    ['AWS_SECRET_ACCESS_KEY', 'no access key: set AWS_ACCESS_KEY_ID'],
    ['AWS_REGION', 'no region: set region'],
  ] as const) {
    it(`refuses to start without ${missing}, and says so in a check`, async () => {
      const sink = aSink(OPTIONS, { environment: { ...ENVIRONMENT, [missing]: '' } });
      const error: unknown = await sink.open().catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(RefusedError).with.property('message').that.includes(part);
      const [finding] = await sink.check();
      expect(finding).to.include({ outcome: 'bad' }).and.to.have.property('message').that.includes(part);
    });
  }

  it('tells buckets and folders in them apart, but not keys or regions', () => {
    const fingerprint = (options: object) =>
      aSink({ ...OPTIONS, ...options }, { environment: ENVIRONMENT }).identity().fingerprint;
    const same = [{}, { region: 'us-west-2' }, { accessKeyId: 'OTHER', secretAccessKey: 'secret' }].map(fingerprint);
    expect(new Set(same)).to.have.lengthOf(1);
    const others = [
      {},
      { bucket: 'other' },
      { prefix: 'q' },
      { format: 'ndjson' },
      { endpoint: 'https://storage.googleapis.com' },
    ].map(fingerprint);
    expect(new Set(others)).to.have.lengthOf(others.length);
  });
});

describe('the signature of a request', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "Example: PUT Object"
  const sha256 = createHash('sha256').update('Welcome to Amazon S3.').digest('hex');
  const url = new URL('https://examplebucket.s3.amazonaws.com/test%24file.text');
  const headers = signedHeaders(
    {
      method: 'PUT',
      url,
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      sha256,
    },
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
