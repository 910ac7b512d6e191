export type { BodyForm } from './body-form.js';
export { BufferPool } from './buffer-pool.js';
export { compress } from './compress.js';
export {
  isHtml,
  isObject,
  isRedirect,
  isSuccess,
  jsonObject,
  quoted,
  retryAfterMs,
  type HttpAnswer,
} from './http-answer.js';
export { HttpClient, type HttpCall, type HttpClientOptions } from './http-client.js';
export { httpOptions, httpTimeouts, timeout, type HttpOptions, type HttpTimeouts } from './http-options.js';
export type { HttpPeer } from './http-peer.js';
export type { HttpAuth, HttpTarget } from './http-request.js';
export { httpSink } from './http-sink.js';
export type { Ask, HttpSinkLimits, HttpSinkOptions, HttpSinkRequest, SignContext } from './http-sink-options.js';
export { insecureProblem } from './insecure-problem.js';
export { isLoopback } from './is-loopback.js';
export { acceptedAll, acceptedExcept } from './outcomes.js';
export type { ApiPage, GetJson, PagedSourceOptions, PagedStream, PageRequest } from './paged-source-options.js';
export { pagedSource } from './paged-source.js';
export { proxyFor, type Proxy } from './proxy.js';
export { regionalAddress } from './regional-address.js';
export { maskOf, type SecretValue } from './secret-value.js';
export { DEFAULT_STATUSES, statusError, type StatusMeaning, type StatusTable } from './status-error.js';
export { Unsendable } from './unsendable.js';
