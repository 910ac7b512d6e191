import type { Document, Tree } from '../contracts/document.js';
import { ProblemList } from '../document/problem-list.js';
import { entryOf, rootOf, type Path } from '../document/tree.js';
import { branchConfig } from './branch-config.js';
import { PIPELINE_FILE_CODES, type PipelineFileCode } from './config-codes.js';
import { configureAdapter } from './configure-adapter.js';
import { fillVariables } from './fill-variables.js';
import { joinMembers } from './join-members.js';
import { loadMapping } from './load-mapping.js';
import { isGiven, spanAt, type Loading, type PipelineFileContext } from './loading.js';
import type { LoadedPipelineFile } from './loaded-pipeline-file.js';
import { membersOf } from './members.js';
import { pipelineSchema } from './pipeline-schema.js';
import { reportHeld, reportMissing, reportRepeats, reportUnshared } from './report-unfit.js';
import { sinkPlaces } from './sink-places.js';
import type { Member } from './substitute.js';
import { validateOptions } from './validate-options.js';

const SHORT_SETTLE_MS = 60_000;
const SHORT_SETTLE =
  'with a `settle` below one minute, a record can be missed if it is written slowly, or by a machine whose clock is behind';

/** Checks and resolves a pipeline file with its mapping. Opens no connection; never throws for what files contain. */
export function loadPipelineFile(document: Document, context: PipelineFileContext): LoadedPipelineFile {
  const problems = new ProblemList<PipelineFileCode>(PIPELINE_FILE_CODES);
  problems.addAll(document.problems);
  if (document.root === undefined && problems.hasErrors) return { problems: problems.all() };
  const { path: file } = document.file;
  const other = otherFileKind(rootOf(document));
  if (other !== undefined) {
    const start = { file: document.file, start: 0, end: 1 };
    problems.add('wrong-shape', start, `this is ${other}, not a pipeline file`, OTHER_FILE_HELP);
    return { problems: problems.all() };
  }
  const members = membersOf(rootOf(document), { ...context, file }, problems);
  if (members === undefined) return loadMember(document, context, problems);
  return joinMembers(
    members.map((member) => {
      const ofMember = new ProblemList<PipelineFileCode>(PIPELINE_FILE_CODES);
      return { member: member.name, ...loadMember(document, { ...context, member }, ofMember) };
    }),
    problems.all(file),
  );
}

/** Loads the file as one pipeline, with one sink or several: the only one, or that of an entry of `foreach`. */
function loadMember(
  document: Document,
  context: PipelineFileContext & { readonly member?: Member },
  problems: ProblemList<PipelineFileCode>,
): LoadedPipelineFile {
  const { path: file } = document.file;
  const { member } = context;
  const filled = fillVariables(rootOf(document), isVerbatim, { ...context, file }, problems);
  const loading: Loading = { file, filled, context, problems };

  const tree = member === undefined ? filled.tree : withoutForeach(filled.tree);
  const settings = validateOptions(pipelineSchema, { tree, path: [], filled }, context.redactor, problems);
  const source = configureAdapter('source', context.sources, loading);
  const state = configureAdapter('state', context.stateStores, loading, { fallback: 'file' });
  const isScheduled = isGiven(loading, ['scheduler']);
  const scheduler = isScheduled ? configureAdapter('scheduler', context.schedulers, loading) : undefined;
  if (scheduler !== undefined && state !== undefined) reportUnshared(scheduler, state, loading);
  const branches = sinkPlaces(loading).map((place) => {
    const sink = configureAdapter('sink', context.sinks, loading, { path: place.path });
    const mapper = loadMapping(loading, place);
    if (source !== undefined && mapper !== undefined) {
      reportMissing(source, mapper, loading);
      reportHeld(source, mapper, loading);
    }
    return { ...place, sink, mapper };
  });
  if (settings !== undefined) {
    if (settings.settle < SHORT_SETTLE_MS) problems.add('short-settle', spanAt(loading, ['settle']), SHORT_SETTLE);
    for (const { sink, mapper, ...place } of branches) {
      if (sink && mapper) reportRepeats(sink, mapper, settings.revisit, place, loading);
    }
  }

  const all = problems.all(file);
  if (problems.hasErrors || !settings || !source || !state || (isScheduled && !scheduler)) return { problems: all };
  const shared = { file, member: member?.name, settings, source, state, scheduler };
  const pipelines = branches.flatMap(({ sink, mapper, ...place }) =>
    sink && mapper ? [branchConfig(shared, { ...place, sink, mapper })] : [],
  );
  const [first] = pipelines;
  return first === undefined ? { problems: all } : { problems: all, pipeline: first, branches: pipelines };
}

/** It has been read, and what is wrong with it reported. */
function withoutForeach(tree: Tree): Tree {
  return tree.kind === 'map' ? { ...tree, entries: tree.entries.filter(({ key }) => key !== 'foreach') } : tree;
}

/** `use` is written literally; a mapping in place has parameters instead of variables; `foreach` was read before. */
function isVerbatim(path: Path): boolean {
  if (path[0] === 'foreach') return true;
  const own = path[0] === 'sinks' ? path.slice(2) : path;
  return path.at(-1) === 'use' || (own[0] === 'mapping' && own.length > 1);
}

const OTHER_FILE_HELP =
  'name the mapping under `mapping:` in a pipeline file, and give that; for a mapping alone there are `sluice lint`, `test`, `docs` and `diff`';
const MAPPING_ONLY = ['events', 'extends', 'shared', 'vocabulary', 'identity', 'personalData', 'tests'];

/** What a file is that was given in place of a pipeline file. */
function otherFileKind(root: Tree): string | undefined {
  if (root.kind !== 'map' || entryOf(root, 'pipeline') !== undefined) return undefined;
  const keys = root.entries.map(({ key }) => key).filter((key) => MAPPING_ONLY.includes(key));
  if (keys.length === 0) return undefined;
  return keys.every((key) => key === 'tests') ? 'a file of tests' : 'a mapping';
}
