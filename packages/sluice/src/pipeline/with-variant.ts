import { ConfigError } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';

/** The configuration with a preview variant of its sink. */
export function withVariant(config: PipelineConfig, name: string | undefined): PipelineConfig {
  if (name === undefined) return config;
  const { sink } = config;
  const { previewVariants = [] } = sink.definition;
  const variant = previewVariants.find((each) => each.name === name);
  if (variant !== undefined) {
    return { ...config, sink: { ...sink, config: { ...Object(sink.config), ...variant.with } } };
  }
  const names = previewVariants.map((each) => each.name);
  const known = names.length === 0 ? 'it has none' : `it has ${names.join(' and ')}`;
  throw new ConfigError([], `the sink ${sink.type} has no variant "${name}": ${known}`);
}
