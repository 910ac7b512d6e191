import type { CheckResult } from '@sluice/core/adapter';
import { sql, type SqlQuery } from '@sluice/postgres';

const UTC = /^(?:Etc\/)?(?:UTC|UCT|GMT(?:[+-]?0)?|Zulu|Universal|Greenwich)$/i;

/**
 * Langfuse's columns hold UTC without a zone. A row whose time comes from the column's default gets the time of the
 * session's zone instead, which is hours away.
 */
export async function timeZoneFinding(query: SqlQuery): Promise<CheckResult> {
  const name = 'time zone';
  const [database] = await query(sql`SELECT quote_ident(current_database()), reset_val
    FROM pg_catalog.pg_settings WHERE name = 'TimeZone'`);
  const rows = await query(sql`
    SELECT quote_ident(role.rolname), of_database.datid IS NOT NULL, split_part(setting, '=', 2)
    FROM pg_catalog.pg_db_role_setting AS stored
    CROSS JOIN LATERAL unnest(stored.setconfig) AS setting
    LEFT JOIN pg_catalog.pg_roles AS role ON role.oid = stored.setrole
    LEFT JOIN (SELECT oid AS datid FROM pg_catalog.pg_database) AS of_database ON of_database.datid = stored.setdatabase
    WHERE lower(split_part(setting, '=', 1)) = 'timezone'
      AND stored.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))`);
  const target = (role: string | null | undefined, isOfDatabase: boolean): string => {
    const ofDatabase = isOfDatabase ? `DATABASE ${database?.[0]}` : '';
    if (role === null || role === undefined) return ofDatabase;
    return `ROLE ${role}${isOfDatabase ? ` IN ${ofDatabase}` : ''}`;
  };
  const wrong = rows
    .filter(([, , zone]) => !UTC.test(zone ?? ''))
    .map(([role, isOfDatabase, zone]) => ({ target: target(role, isOfDatabase === 't'), zone }));
  const session = database?.[1] ?? '';
  if (wrong.length === 0 && !UTC.test(session)) wrong.push({ target: `DATABASE ${database?.[0]}`, zone: session });
  if (wrong.length === 0) return { name, outcome: 'good', message: 'UTC, as Langfuse expects' };
  return {
    name,
    outcome: 'warning',
    message:
      `${wrong.map((each) => `${each.zone} (${each.target.toLowerCase()})`).join(', ')} instead of UTC: rows that are ` +
      'created without Langfuse get times that are hours off, and may not be exported',
    fix: 'use UTC, unless nothing but Langfuse writes to the tables',
    statements: wrong.map((each) => `ALTER ${each.target} SET timezone = 'UTC';`),
  };
}
