import { z } from 'zod';
import { MAX_NAME_BYTES, quotedName } from './identifier.js';

/** The table of the option `table`. */
export interface TableName {
  /** Absent: the first schema of the search path that has the table. */
  readonly schema?: string;
  readonly table: string;
}

const PART = /(?:"(?<quoted>(?:[^"\0]|"")+)"|(?<bare>[a-z_][a-z0-9_$]*))/u.source;
const NAME = new RegExp(`^(?:${PART.replaceAll(/<(\w+)>/g, '<schema_$1>')}\\.)?${PART}$`, 'u');

/** A name as SQL writes it: `events`, `analytics.events`, `"Analytics"."LLM events"`. */
export function tableName(): z.ZodType<TableName, string> {
  return z.string().transform((text, context) => {
    const groups = NAME.exec(text.trim())?.groups;
    if (groups === undefined) {
      return problem(
        context,
        'must be a name as in SQL, such as events or analytics.events; a name with capitals or other characters needs ' +
          'double quotes, as in analytics."LLM events"',
      );
    }
    const table = part(groups['quoted'], groups['bare']) ?? '';
    const schema = part(groups['schema_quoted'], groups['schema_bare']);
    if ([schema ?? '', table].some((name) => Buffer.byteLength(name) > MAX_NAME_BYTES)) {
      return problem(context, `has a name of more than ${MAX_NAME_BYTES} bytes, which Postgres would cut`);
    }
    return schema === undefined ? { table } : { schema, table };
  });
}

/** As SQL writes it. */
export function quotedTable({ schema, table }: TableName): string {
  return schema === undefined ? quotedName(table) : `${quotedName(schema)}.${quotedName(table)}`;
}

function part(quoted: string | undefined, bare: string | undefined): string | undefined {
  return quoted?.replaceAll('""', '"') ?? bare;
}

function problem(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
