import { didYouMean } from '../document/did-you-mean.js';
import { emptyMap, nearest, type Path } from '../document/tree.js';
import { KIND_NAMES, type AnyDefinition, type Registry } from '../registry/registry.js';
import { spanAt, textAt, type Loading } from './loading.js';
import type { Configured } from './pipeline-config.js';
import { streamsIn, withSchemaFile } from './schema-file.js';
import { validateOptions } from './validate-options.js';

/** The adapter that a block uses, with its validated options. */
export function configureAdapter<Definition extends AnyDefinition>(
  key: Definition['kind'],
  registry: Registry<Definition>,
  loading: Loading,
  { path = [key], fallback }: { readonly path?: Path; readonly fallback?: string } = {},
): Configured<Definition> | undefined {
  const { filled, problems } = loading;
  const type = textAt(loading, [...path, 'use']) ?? (nearest(filled, path).found ? undefined : fallback);
  if (type === undefined) return undefined;
  const definition = registry.find(type);
  if (definition === undefined) {
    const message = registry.failure(type) ?? `unknown ${KIND_NAMES[key]} \`${type}\``;
    problems.add('unknown-type', spanAt(loading, [...path, 'use']), message, didYouMean(type, registry.types));
    return undefined;
  }
  const { tree, keySpan, found } = nearest(filled, [...path, 'with']);
  const span = keySpan ?? tree.span;
  const hasOptions = found && !(tree.kind === 'scalar' && tree.value === null);
  const written = { tree: hasOptions ? tree : emptyMap(span), keySpan: span, path: [...path, 'with'], filled };
  const described = definition.kind === 'source' ? definition.described : undefined;
  const block = described ? withSchemaFile(written, type, loading.file, loading.context, problems) : written;
  if (described) loading.streams = streamsIn(block.tree, described, filled);
  const config: unknown = validateOptions(definition.config, block, loading.context.redactor, problems);
  if (config === undefined) return undefined;
  return { type, definition: loading.streams ? { ...definition, streams: loading.streams } : definition, config };
}
