import { placeOf } from '../document/source-file.js';
import { entryOf, nearest, type Path } from '../document/tree.js';
import { isGiven, spanAt, type Loading } from './loading.js';

/** Where a pipeline file describes a sink. */
export interface SinkPlace {
  /** Absent: it is the only one. */
  readonly name?: string;
  readonly path: Path;
}

/** The sinks of the file: one under `sink`, or several by name under `sinks`. Reports what is missing of them. */
export function sinkPlaces(loading: Loading): readonly SinkPlace[] {
  const { tree } = loading.filled;
  if (tree.kind !== 'map') return [];
  const [one, several] = [entryOf(tree, 'sink'), entryOf(tree, 'sinks')];
  const { problems } = loading;
  if (one !== undefined && several !== undefined) {
    const message = '`sink` and `sinks` are both set';
    problems.add(
      'invalid-option',
      several.keySpan,
      message,
      'move the one under `sinks`, with a name, and remove `sink`',
    );
  }
  const names = several?.value.kind === 'map' ? several.value.entries.map(({ key }) => key) : [];
  if (one === undefined && several === undefined) missing('sink', loading);
  else if (several?.value.kind === 'map' && names.length === 0) {
    problems.add(
      'invalid-option',
      spanAt(loading, ['sinks']),
      '`sinks` has no sink',
      'write a name with `use:` for each',
    );
  }
  const places: readonly SinkPlace[] = [
    ...(one === undefined ? [] : [{ path: ['sink'] }]),
    ...names.map((name) => ({ name, path: ['sinks', name] })),
  ];
  const lacking = places.some(({ path }) => !isGiven(loading, [...path, 'mapping']));
  if ((places.length === 0 || lacking) && !isGiven(loading, ['mapping'])) missing('mapping', loading);
  return places;
}

/** As `validateOptions` reports a required option that is not there. */
function missing(option: 'sink' | 'mapping', { filled, problems }: Loading): void {
  const { tree, keySpan } = nearest(filled, [option]);
  const span = keySpan ?? { ...tree.span, end: tree.span.start + 1 };
  problems.addAt('missing-key', placeOf(span), `missing option \`${option}\``);
}
