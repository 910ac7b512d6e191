import type { CheckResult } from '@sluice/core/adapter';
import { similarName } from '@sluice/core/document';
import { isMapDescription, type EventDescription } from '@sluice/core/sink';

/**
 * A warning for each name of the option `shorten` that seems to be a misspelt property: it would cut nothing. Other names
 * may be of properties that the mapping no longer or not yet has.
 */
export function checkShorten(names: readonly string[], events: readonly EventDescription[]): readonly CheckResult[] {
  const properties = events.flatMap(({ fields: { properties: field } }) =>
    field !== undefined && isMapDescription(field) ? Object.keys(field.names) : [],
  );
  return names.flatMap((name): readonly CheckResult[] => {
    const meant = properties.includes(name) ? undefined : similarName(name, properties);
    if (meant === undefined) return [];
    const message = `no event has the property \`${name}\`, so there is nothing to cut`;
    return [{ name: 'shorten', outcome: 'warning', message, fix: `did you mean \`${meant}\`?` }];
  });
}
