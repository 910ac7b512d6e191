import type { CatalogueField } from '../catalogue/catalogue.js';
import type { ComparableEvent, ComparableField } from './comparable-event.js';
import type { Aspect, FieldDifference } from './mapping-difference.js';

/** The values of an event that appear, vanish, are renamed or are not what they were. */
export function compareFields(before: ComparableEvent, after: ComparableEvent): readonly FieldDifference[] {
  const removed = [...before.fields.values()].filter(({ path }) => !after.fields.has(path));
  const renamed = new Map<ComparableField, ComparableField>();
  const differences: FieldDifference[] = [];
  for (const field of after.fields.values()) {
    const other = before.fields.get(field.path);
    const twin = other ?? removed.find((candidate) => !renamed.has(candidate) && isTwin(candidate, field));
    if (twin === undefined) {
      differences.push({ kind: 'added', path: field.path, after: field.field, aspects: [], breaking: false });
      continue;
    }
    const aspects = aspectsOf(twin, field);
    const both = { path: field.path, before: twin.field, after: field.field, aspects };
    if (other === undefined) {
      renamed.set(twin, field);
      differences.push({ ...both, kind: 'renamed', renamedFrom: twin.path, breaking: true });
    } else if (aspects.length > 0) {
      differences.push({ ...both, kind: 'changed', breaking: isBreaking(aspects, twin.field, field.field) });
    }
  }
  for (const field of removed) {
    if (renamed.has(field)) continue;
    differences.push({ kind: 'removed', path: field.path, before: field.field, aspects: [], breaking: true });
  }
  return differences;
}

/** One value under two names, in one place. A constant could be anything. */
function isTwin(before: ComparableField, after: ComparableField): boolean {
  return before.field.within === after.field.within && !after.isConstant && before.fingerprint === after.fingerprint;
}

function aspectsOf(before: ComparableField, after: ComparableField): readonly Aspect[] {
  const aspects: Aspect[] = [];
  if (before.field.type !== after.field.type) aspects.push('type');
  if (before.field.unit !== after.field.unit) aspects.push('unit');
  if (nullsOf(before.field) !== nullsOf(after.field)) aspects.push('nullability');
  if (before.fingerprint !== after.fingerprint) aspects.push('meaning');
  return aspects;
}

/** Another meaning is for people to judge: what reads the value still finds it, with its type. */
function isBreaking(aspects: readonly Aspect[], before: CatalogueField, after: CatalogueField): boolean {
  return (
    aspects.includes('type') || aspects.includes('unit') || (nullsOf(before) === 'never' && nullsOf(after) !== 'never')
  );
}

function nullsOf({ nullable, omitted }: CatalogueField): 'never' | 'null' | 'absent' {
  if (!nullable) return 'never';
  return omitted ? 'absent' : 'null';
}
