import { API_VERSION } from '@sluice/core/adapter';
import type { SinkDefinition } from '@sluice/core/sink';
import type { HttpOptions } from './http-options.js';
import { HttpSink } from './http-sink-class.js';
import type { HttpSinkOptions } from './http-sink-options.js';

/**
 * A sink that sends events by HTTP, from what is particular to its destination. The rest is done here: limits and splitting,
 * compression, time-outs, proxies, redirects, failures of the connection, `Retry-After`, masked previews, the identity.
 */
export function httpSink<Config extends Partial<HttpOptions>>(
  options: HttpSinkOptions<Config>,
): SinkDefinition<Config> {
  const { type, doc, config, eventSchema, repeats, setup, previewVariants } = options;
  return {
    apiVersion: API_VERSION,
    kind: 'sink',
    type,
    doc,
    config,
    eventSchema,
    repeats: (parsed) => (typeof repeats === 'function' ? repeats(parsed) : repeats),
    ...(setup === undefined ? {} : { setup }),
    ...(previewVariants === undefined ? {} : { previewVariants }),
    create: (parsed, context) => new HttpSink(options, parsed, context),
  };
}
