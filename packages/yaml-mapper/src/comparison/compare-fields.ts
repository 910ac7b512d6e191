import type { CatalogueField } from '../catalogue/catalogue.js';
import type { ComparableEvent, ComparableField } from './comparable-event.js';
import type { Aspect, FieldDifference } from './mapping-difference.js';

/** The values of an event that are added, removed or changed. */
export function compareFields(before: ComparableEvent, after: ComparableEvent): readonly FieldDifference[] {
  const kept = [...after.fields.values()].flatMap((field): readonly FieldDifference[] => {
    const { path } = field;
    const other = before.fields.get(path);
    if (other === undefined) return [{ kind: 'added', path, after: field.field, aspects: [], breaking: false }];
    const aspects = aspectsOf(other, field);
    if (aspects.length === 0) return [];
    const breaking = isBreaking(aspects, other.field, field.field);
    return [{ kind: 'changed', path, before: other.field, after: field.field, aspects, breaking }];
  });
  const removed = [...before.fields.values()].filter(({ path }) => !after.fields.has(path));
  return [
    ...kept,
    ...removed.map(({ path, field }): FieldDifference => ({
      kind: 'removed',
      path,
      before: field,
      aspects: [],
      breaking: true,
    })),
  ];
}

function aspectsOf(before: ComparableField, after: ComparableField): readonly Aspect[] {
  const aspects: Aspect[] = [];
  if (before.field.type !== after.field.type) aspects.push('type');
  if (before.field.unit !== after.field.unit) aspects.push('unit');
  if (nullsOf(before.field) !== nullsOf(after.field)) aspects.push('nullability');
  if (before.fingerprint !== after.fingerprint) aspects.push('meaning');
  return aspects;
}

/** A new meaning alone is for people to judge: readers still find the value, with its type. */
function isBreaking(aspects: readonly Aspect[], before: CatalogueField, after: CatalogueField): boolean {
  const isNewlyNull = nullsOf(before) === 'never' && nullsOf(after) !== 'never';
  return aspects.includes('type') || aspects.includes('unit') || isNewlyNull;
}

function nullsOf({ nullable, omitted }: CatalogueField): 'never' | 'null' | 'absent' {
  if (!nullable) return 'never';
  return omitted ? 'absent' : 'null';
}
