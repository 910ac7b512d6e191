import { API_VERSION } from '@sluice/core/adapter';
import type { SourceDefinition } from '@sluice/core/source';
import type { HttpTimeouts } from './http-options.js';
import { PagedSource } from './paged-source-class.js';
import type { PagedSourceOptions } from './paged-source-options.js';

/**
 * A source that reads an HTTP API page by page, from what is particular to the API. The rest is done here: the parts of a
 * window, cursors that survive a restart, types of values, time-outs, proxies, failures of the connection, the identity.
 *
 * The API must list records by the time of their creation, oldest first, from a time. `verify` is not available.
 */
export function pagedSource<Config extends Partial<HttpTimeouts>>(
  options: PagedSourceOptions<Config>,
): SourceDefinition<Config> {
  const { type, doc, config, setup, streams } = options;
  return {
    apiVersion: API_VERSION,
    kind: 'source',
    type,
    doc,
    config,
    streams: streams.map(({ schema }) => schema),
    ...(setup === undefined ? {} : { setup }),
    create: (parsed, context) => new PagedSource(options, parsed, context),
  };
}
