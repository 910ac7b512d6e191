import type { Document, Tree } from '../contracts/document.js';
import { entryOf } from './tree.js';

/** Secrets stand below these keys of a pipeline file. */
const PIPELINE_KEYS = ['pipeline', 'foreach', 'sinks', 'state', 'scheduler'];
const OTHER_KEYS = ['events', 'extends', 'shared', 'tests', 'streams'];

/** Whether it is a mapping, a file of tests or a schema file. One that could not be parsed may be anything. */
export function holdsNoSecrets({ root, problems }: Document): boolean {
  if (root === undefined || problems.length > 0 || entryOf(root, 'sluice') === undefined) return false;
  const has = (key: string): boolean => entryOf(root, key) !== undefined;
  return !PIPELINE_KEYS.some(has) && !hasOptions(root) && OTHER_KEYS.some(has);
}

/** A mapping and a schema file name their source; a pipeline file has its options as well. */
function hasOptions(root: Tree): boolean {
  return ['source', 'sink'].some((key) => entryOf(root, key)?.value.kind === 'map');
}
