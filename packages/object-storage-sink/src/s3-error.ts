import { RefusedError, TransientError, UnexpectedAnswerError, type Instant, type SluiceError } from '@sluice/core/adapter';
import { TooLargeError } from '@sluice/core/sink';
import { elementOf, headerOf, type S3Answer } from './s3-answer.js';

export interface S3Place {
  readonly bucket: string;
  readonly region: string;
  /** Of the addresses. */
  readonly host: string;
}

interface Circumstances extends S3Place {
  /** How this machine's clock stands to the store's. */
  readonly clock: string;
}

type Meaning = (said: string, circumstances: Circumstances) => SluiceError;

const key: Meaning = (said) =>
  new RefusedError('credentials', `${said}: check the access key (id, secret and, if it is temporary, its token)`);
const denied: Meaning = (said, { bucket }) =>
  new RefusedError('credentials', `${said}: allow the access key s3:PutObject on the bucket ${bucket}`);
const transient: Meaning = (said) => new TransientError(said);

/** By the code in the answer: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  InvalidAccessKeyId: key,
  InvalidToken: key,
  ExpiredToken: key,
  TokenRefreshRequired: key,
  InvalidSecurity: key,
  SignatureDoesNotMatch: (said) =>
    new RefusedError(
      'credentials',
      `${said}: check the secret of the access key, and that no proxy changes the address or the headers of requests`,
    ),
  AccessDenied: denied,
  RequestTimeTooSkewed: (said, { clock }) =>
    new RefusedError('restricted', `${said}: the clock of this machine is ${clock}; synchronise it by NTP`),
  NoSuchBucket: (said, { bucket, host }) =>
    new RefusedError('restricted', `${said}: create the bucket ${bucket} at ${host}, or correct bucket or endpoint`),
  InvalidBucketName: (said) => new RefusedError('restricted', `${said}: correct bucket`),
  KeyTooLongError: (said) => new RefusedError('restricted', `${said}: write a shorter prefix`),
  XMinioAdminBucketQuotaExceeded: (said) => new RefusedError('quota', `${said}: raise the quota of the bucket`),
  QuotaExceeded: (said) => new RefusedError('quota', `${said}: raise the quota of the bucket`),
  EntityTooLarge: (said) => new TooLargeError(said),
  MaxMessageLengthExceeded: (said) => new TooLargeError(said),
  // Bytes that were lost or changed on the way.
  RequestTimeout: transient,
  IncompleteBody: transient,
  BadDigest: transient,
  XAmzContentSHA256Mismatch: transient,
  OperationAborted: transient,
  ConditionalRequestConflict: transient,
};

/** Codes of answers that send the request to the region of the bucket, some of them with status 400. */
const ELSEWHERE = /^(?:PermanentRedirect|TemporaryRedirect|Redirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/u;

/** Pure: whether an answer says that the access key is right and its rights are not enough. */
export function isDenied(answer: S3Answer): boolean {
  return answer.status === 403 && elementOf(answer, 'Code') === 'AccessDenied';
}

/** Pure: what an answer other than a success means. */
export function s3Error(answer: S3Answer, s3Place: S3Place, now: Instant): SluiceError {
  const { status } = answer;
  const place = { ...s3Place, clock: clockOf(answer, now) };
  const code = elementOf(answer, 'Code') ?? '';
  const said = `${place.host} answered ${status} ${quoted(answer, code)}`;
  if (ELSEWHERE.test(code) || (status >= 300 && status < 400)) return elsewhere(answer, place, said);
  const meaning = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (meaning !== undefined) return meaning(said, place);
  if (status === 413) return new TooLargeError(said);
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return new TransientError(said);
  }
  if (status === 401) return key(said, place);
  if (status === 403) return denied(said, place);
  return new UnexpectedAnswerError(`${said}: check endpoint and bucket, and that a store of S3's protocol is there`);
}

/** A redirect is not followed: the signature holds for one host and one region. */
function elsewhere(answer: S3Answer, { bucket, region }: S3Place, said: string): SluiceError {
  const right = headerOf(answer, 'x-amz-bucket-region') ?? elementOf(answer, 'Region');
  if (right !== undefined && right !== region) {
    return new RefusedError('restricted', `${said}: the bucket ${bucket} is in another region; set region to ${right}`);
  }
  const host = elementOf(answer, 'Endpoint');
  const where = host === undefined ? '' : ` at ${host}`;
  return new RefusedError('restricted', `${said}: the bucket ${bucket} is elsewhere${where}; correct region or endpoint`);
}

function quoted(answer: S3Answer, code: string): string {
  const message = elementOf(answer, 'Message');
  if (code !== '') return message === undefined ? code : `${code} ("${message}")`;
  return answer.body.trim() === '' ? 'with an empty answer' : 'with an answer that is not of S3';
}

function clockOf(answer: S3Answer, now: Instant): string {
  const seconds = Math.round((now - Date.parse(headerOf(answer, 'date') ?? '')) / 1000);
  return Number.isNaN(seconds) ? 'wrong' : `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead'}`;
}
