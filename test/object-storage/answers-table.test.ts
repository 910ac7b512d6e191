import { TransientError, RefusedError, UnexpectedAnswerError, type JsonValue } from '@sluice/core/adapter';
import { TooLargeError } from '@sluice/core/sink';
import { objectStorageSink } from '@sluice/object-storage-sink';
import { anAdapterContext, anEvent, manualRuntime, recordingLogger } from '@sluice/testkit';
import { useNock } from '@sluice/testkit/nock';
import { expect } from 'chai';
import nock from 'nock';
import { expectWrittenPart } from '../docs/written-page.js';
import { markdownTable } from '../posthog/markdown-table.js';

const NOW = Date.UTC(2026, 0, 15, 12);
const SECRET = 'a-secret-for-the-tests';
const ETAG = { etag: '"0123456789abcdef"' };

function error(code: string, message: string, more = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}<RequestId>1</RequestId></Error>`;
}

type Answer = readonly [status: number, body: string, headers?: Readonly<Record<string, string>>];

/** The code of a connection that breaks. */
type NoAnswer = 'ECONNRESET';

/** What the store answers to the file, and the class of what the sink makes of it; undefined for a success. */
const CASES: readonly (readonly [
  answer: string,
  stored: Answer | NoAnswer,
  kind: abstract new (...args: never[]) => Error,
])[] = [
  ['403 `InvalidAccessKeyId`', [403, error('InvalidAccessKeyId', 'The key does not exist.')], RefusedError],
  ['403 `SignatureDoesNotMatch`', [403, error('SignatureDoesNotMatch', 'The signature differs.')], RefusedError],
  ['403 `AccessDenied`', [403, error('AccessDenied', 'Access Denied')], RefusedError],
  [
    '403 `AccessDenied` to the KMS key',
    [403, error('AccessDenied', 'User: arn:aws:iam::1:user/a is not authorized to perform: kms:GenerateDataKey')],
    RefusedError,
  ],
  ['400 `KMS.DisabledException`', [400, error('KMS.DisabledException', 'The key is disabled.')], RefusedError],
  ['403 without a code', [403, '<html>Forbidden</html>'], RefusedError],
  ['400 `ExpiredToken`', [400, error('ExpiredToken', 'The token has expired.')], RefusedError],
  ['400 `InvalidToken`', [400, error('InvalidToken', 'The token is malformed.')], RefusedError],
  ['401', [401, ''], RefusedError],
  [
    '403 `RequestTimeTooSkewed`',
    [
      403,
      error('RequestTimeTooSkewed', 'The difference is too large.'),
      { date: new Date(NOW + 1_200_000).toUTCString() },
    ],
    RefusedError,
  ],
  ['404 `NoSuchBucket`', [404, error('NoSuchBucket', 'The bucket does not exist')], RefusedError],
  ['400 `InvalidBucketName`', [400, error('InvalidBucketName', 'Not valid')], RefusedError],
  [
    '301 `PermanentRedirect`',
    [301, error('PermanentRedirect', 'Moved'), { 'x-amz-bucket-region': 'us-west-2' }],
    RefusedError,
  ],
  [
    '307 `TemporaryRedirect`',
    [307, error('TemporaryRedirect', 'Moved', '<Endpoint>my-events.s3.us-west-2.amazonaws.com</Endpoint>')],
    RefusedError,
  ],
  [
    '400 `AuthorizationHeaderMalformed`',
    [400, error('AuthorizationHeaderMalformed', 'The region is wrong', '<Region>us-west-2</Region>')],
    RefusedError,
  ],
  ['302 to another page', [302, '', { location: 'https://login.example.com/?token=1' }], RefusedError],
  ['403 `QuotaExceeded`', [403, error('QuotaExceeded', 'Full')], RefusedError],
  ['no answer: the connection breaks', 'ECONNRESET', TransientError],
  ['503 `SlowDown`', [503, error('SlowDown', 'Reduce your rate.')], TransientError],
  ['400 `KMS.ThrottlingException`', [400, error('KMS.ThrottlingException', 'Rate exceeded')], TransientError],
  ['500 `InternalError`', [500, error('InternalError', 'We failed.')], TransientError],
  ['502 with an HTML page', [502, '<html>Bad gateway</html>'], TransientError],
  ['429 with `Retry-After`', [429, '', { 'retry-after': '7' }], TransientError],
  ['507 `XMinioStorageFull`', [507, error('XMinioStorageFull', 'No space left.')], TransientError],
  ['400 `RequestTimeout`', [400, error('RequestTimeout', 'Idle connection.')], TransientError],
  ['400 `BadDigest`', [400, error('BadDigest', 'The body differs.')], TransientError],
  ['409 `OperationAborted`', [409, error('OperationAborted', 'A conflict.')], TransientError],
  ['413', [413, ''], TooLargeError],
  ['400 `EntityTooLarge`', [400, error('EntityTooLarge', 'Too large.')], TooLargeError],
  ['400 with another code', [400, error('InvalidRequest', 'It is odd.')], UnexpectedAnswerError],
  ['404 with an HTML page', [404, '<html>Not found</html>'], UnexpectedAnswerError],
  ['405', [405, error('MethodNotAllowed', 'Not here.')], UnexpectedAnswerError],
  ['501 `NotImplemented`', [501, error('NotImplemented', 'Not here.')], UnexpectedAnswerError],
  ['200 without an ETag', [200, '<html>Welcome</html>'], UnexpectedAnswerError],
  ['204', [204, '', ETAG], UnexpectedAnswerError],
];

const FATES = new Map<abstract new (...args: never[]) => Error, string>([
  [RefusedError, 'paused'],
  [TransientError, 'sent again'],
  [UnexpectedAnswerError, 'sent again, each time with an error in the log'],
  [TooLargeError, 'split'],
]);

const rows: (readonly string[])[] = [['the store answers', 'the events are', 'message']];

async function storeAfter(answer: Answer | NoAnswer): Promise<unknown> {
  const put = nock('https://my-events.s3.eu-central-1.amazonaws.com').put(/^\/p\/dt%3D/u);
  if (answer === 'ECONNRESET') put.replyWithError(Object.assign(new Error('socket hang up'), { code: answer }));
  else put.reply(...answer);
  const options = {
    bucket: 'my-events',
    region: 'eu-central-1',
    prefix: 'p',
    accessKeyId: 'AKIA',
    secretAccessKey: SECRET,
  };
  const context = anAdapterContext({ runtime: manualRuntime({ startAt: NOW }), logger: recordingLogger() });
  const sink = objectStorageSink.create(objectStorageSink.config.parse(options), context);
  await sink.open();
  const encoding = sink.encode(anEvent());
  const events = encoding.kind === 'encoded' ? [encoding.event] : [];
  const [request] = sink.assemble(events, { now: NOW, backfill: false, pipeline: 'p', stream: 's' }).requests;
  if (request === undefined) throw new Error('one event makes one request');
  try {
    return await sink.send(request, { attempt: 1 });
  } catch (thrown) {
    return thrown;
  } finally {
    await sink.close();
  }
}

describe('the object storage sink after every answer', () => {
  useNock();

  for (const [answer, stored, kind] of CASES) {
    it(`${answer}: ${FATES.get(kind) ?? ''}`, async () => {
      const thrown = await storeAfter(stored);
      expect(thrown).to.be.instanceOf(kind);
      const { message } = thrown instanceof Error ? thrown : { message: '' };
      expect(message).to.not.include(SECRET).and.not.include('token=1').and.not.match(/\n/u);
      if (thrown instanceof TransientError && answer.includes('Retry-After'))
        expect(thrown.retryAfterMs).to.equal(7_000);
      const fate: JsonValue = FATES.get(kind) ?? '';
      rows.push([answer, fate, message]);
    });
  }

  it('matches the page', () => {
    expectWrittenPart('docs/object-storage-sink.md', 'answers of the store', markdownTable(rows));
  });
});
