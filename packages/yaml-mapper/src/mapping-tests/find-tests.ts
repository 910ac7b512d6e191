import type { Problem } from '@sluice/core/config';
import { entryOf, readDocument, type Document } from '@sluice/core/document';
import type { CheckedMapping } from '../check/checked-mapping.js';
import { ProblemList } from '../problems/problem-list.js';
import { readMap, refuseOtherKeys } from '../resolve/read-tree.js';
import type { MappingTest } from './mapping-test.js';
import { readTests, type TestContext } from './read-tests.js';
import { TEST_FILE_KEYS } from './test-keys.js';

const SUFFIX = '.test.yaml';

/** The test file of a mapping: `team.test.yaml` for `team.yaml`. */
function testFileOf(mappingFile: string): string {
  return mappingFile.replace(/\.ya?ml$/u, '') + SUFFIX;
}

/** The mapping that a test file belongs to; undefined for any other file. */
export function mappingFileOf(testFile: string): string | undefined {
  return testFile.endsWith(SUFFIX) ? `${testFile.slice(0, -SUFFIX.length)}.yaml` : undefined;
}

/** The tests in the mapping file and in its test file, without those of the mappings that it extends. */
export function findTests(
  mapping: CheckedMapping,
  context: TestContext,
): { readonly tests: readonly MappingTest[]; readonly problems: readonly Problem[] } {
  const problems = new ProblemList();
  const own = mapping.layers.at(-1);
  const inside = own && entryOf(own, 'tests');
  const tests = inside === undefined ? [] : [...readTests(inside.value, mapping, context, problems)];
  const beside = own && readBeside(testFileOf(own.span.file.path), context);
  problems.addAll(beside?.problems ?? []);
  const map = beside?.root && readMap(beside.root, 'a test file', problems);
  if (map !== undefined) {
    refuseOtherKeys(map, Object.keys(TEST_FILE_KEYS), problems);
    const list = entryOf(map, 'tests');
    if (list === undefined) problems.add('missing-key', map.span, 'the file has no `tests`', 'write `tests:`');
    else tests.push(...readTests(list.value, mapping, context, problems));
  }
  return { tests, problems: problems.all() };
}

/** A mapping may have no file of tests. */
function readBeside(path: string, { readFile }: TestContext): Document | undefined {
  const document = readDocument(path, readFile);
  return document.problems.some(({ code }) => code === 'file-unreadable') ? undefined : document;
}
