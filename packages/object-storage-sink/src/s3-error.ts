import { isRedirect, quoted, statusError, type HttpAnswer, type StatusTable } from '@sluice/adapter-kit';
import { RefusedError, TransientError, type Instant, type SluiceError } from '@sluice/core/adapter';
import { TooLargeError } from '@sluice/core/sink';
import { xmlElement } from './xml-element.js';

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

const UNEXPECTED = {
  means: 'unexpected',
  advice: 'check endpoint and bucket, and that an S3-compatible store is there',
} as const;

/** Answers without a code, such as those of a server in front of the store. Of a file, no part is invalid. */
const STATUSES: StatusTable = {
  400: UNEXPECTED,
  401: { means: 'credentials', advice: 'check the access key' },
  403: { means: 'credentials', advice: 'check the access key, and what stands in front of the store' },
  404: UNEXPECTED,
  405: UNEXPECTED,
  422: UNEXPECTED,
  501: UNEXPECTED,
};

/** The code of an answer about the key that encrypts the objects of the bucket, such as `KMS.DisabledException`. */
const ABOUT_KMS_KEY = /^KMS\./u;

/** Codes of answers that send the request to the region of the bucket, some of them with status 400. */
const ELSEWHERE =
  /^(?:PermanentRedirect|TemporaryRedirect|Redirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/u;

/** Pure: whether an answer says that the access key is right, and lacks the right to store objects in the bucket. */
export function isDenied(answer: HttpAnswer): boolean {
  return answer.status === 403 && xmlElement(answer.body, 'Code') === 'AccessDenied' && !isAboutKmsKey(answer);
}

function isAboutKmsKey({ body }: HttpAnswer): boolean {
  return ABOUT_KMS_KEY.test(xmlElement(body, 'Code') ?? '') || /\bkms:/u.test(xmlElement(body, 'Message') ?? '');
}

/** Pure: what an answer other than a success means. */
export function s3Error(answer: HttpAnswer, place: S3Place, now: Instant): SluiceError {
  const code = xmlElement(answer.body, 'Code') ?? '';
  const plain = code === '' ? answer : { ...answer, contentType: 'text/plain', body: saidOf(code, answer) };
  const said = `${place.host} answered ${answer.status} with ${quoted(plain)}`;
  if (ELSEWHERE.test(code) || (isRedirect(answer) && regionOf(answer) !== undefined))
    return elsewhere(answer, place, said);
  if (isAboutKmsKey(answer)) return kmsError(code, said, place);
  const meaning = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (meaning !== undefined) return meaning(said, { ...place, clock: clockOf(answer, now) });
  return statusError(plain, now, { peer: { name: place.host, addressOption: 'endpoint' }, statuses: STATUSES });
}

function kmsError(code: string, said: string, { bucket }: S3Place): SluiceError {
  if (/Throttling/u.test(code)) return new TransientError(said);
  const what = `check the KMS key of the bucket ${bucket}`;
  return new RefusedError('restricted', `${said}: ${what}, and allow the access key kms:GenerateDataKey with it`);
}

/** A redirect is not followed: the signature holds for one host and one region. */
function elsewhere(answer: HttpAnswer, { bucket, region }: S3Place, said: string): SluiceError {
  const right = regionOf(answer);
  if (right !== undefined && right !== region) {
    return new RefusedError('restricted', `${said}: the bucket ${bucket} is in another region; set region to ${right}`);
  }
  const host = xmlElement(answer.body, 'Endpoint');
  const where = host === undefined ? '' : ` at ${host}`;
  return new RefusedError(
    'restricted',
    `${said}: the bucket ${bucket} is elsewhere${where}; correct region or endpoint`,
  );
}

function regionOf({ headers, body }: HttpAnswer): string | undefined {
  return headers?.['x-amz-bucket-region'] ?? xmlElement(body, 'Region');
}

function saidOf(code: string, { body }: HttpAnswer): string {
  const message = xmlElement(body, 'Message');
  return message === undefined ? code : `${code}: ${message}`;
}

function clockOf({ date }: HttpAnswer, now: Instant): string {
  const seconds = Math.round((now - Date.parse(date ?? '')) / 1000);
  return Number.isNaN(seconds) ? 'wrong' : `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead'}`;
}
