import { ConfigError } from '@sluice/core/adapter';
import type { FieldRequest } from '@sluice/core/source';
import { z } from 'zod';
import { CONTENT_FIELDS } from './content-fields.js';

/** Whether a source reads what went into the application and came out of it. */
export type Content = 'omit' | 'include';

/** The option `content` of a source. */
export function contentOption() {
  return z
    .enum(['omit', 'include'])
    .default('omit')
    .describe('Whether inputs and outputs can be read: `include` needs a role with permission for them.');
}

/** Why a source with this option keeps a field back; undefined if it does not. */
export function withheldContent(field: string, content: Content): string | undefined {
  if (content === 'include' || !Object.hasOwn(CONTENT_FIELDS, field)) return undefined;
  return 'set content: include in the options of the source, and grant what sluice check then prints';
}

/** Throws `ConfigError` if a read asks for fields that the option keeps back. */
export function assertContent(requests: readonly FieldRequest[], content: Content): void {
  for (const { field } of requests) {
    const withheld = withheldContent(field, content);
    if (withheld !== undefined) throw new ConfigError([], `\`${field}\` is withheld: ${withheld}`);
  }
}
