import type { MappingLanguage } from '../contracts/mapper.js';
import type { Redactor } from '../contracts/redactor.js';
import type { StreamSchema } from '../contracts/stream-schema.js';
import type { Tree } from '../contracts/document.js';
import type { ProblemList } from '../document/problem-list.js';
import { nearest, type Path } from '../document/tree.js';
import type { Registries } from '../registry/registry.js';
import type { PipelineFileCode } from './config-codes.js';
import type { FilledTree } from './fill-variables.js';

export interface PipelineFileContext extends Registries {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly mappingLanguage: MappingLanguage;
  readonly readFile: (path: string) => string;
  /** Receives every secret in the file. */
  readonly redactor: Redactor;
}

/** A pipeline file that is being loaded. */
export interface Loading {
  readonly file: string;
  readonly filled: FilledTree;
  readonly context: PipelineFileContext;
  readonly problems: ProblemList<PipelineFileCode>;
  /** Of a source whose streams the file describes; empty when the description has a problem. */
  streams?: readonly StreamSchema[];
}

export function isGiven({ filled }: Loading, path: Path): boolean {
  const { tree, found } = nearest(filled, path);
  return found && !(tree.kind === 'scalar' && tree.value === null);
}

export function treeAt({ filled }: Loading, path: Path): Tree | undefined {
  const { tree, found } = nearest(filled, path);
  return found ? tree : undefined;
}

export function textAt({ filled }: Loading, path: Path): string | undefined {
  const { tree, found } = nearest(filled, path);
  return found && tree.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : undefined;
}

/** Of the first path, or of the second where the file does not have the first. */
export function spanOf(loading: Loading, path: Path, other: Path): Tree['span'] {
  return spanAt(loading, nearest(loading.filled, path).found ? path : other);
}

export function spanAt({ filled }: Loading, path: Path): Tree['span'] {
  return nearest(filled, path).tree.span;
}
