import type { CheckResult } from '@sluice/core/adapter';
import { policyStatement, type Names } from './grant-statements.js';
import { hiddenTables } from './hidden-rows.js';
import type { TableFacts } from './read-tables.js';

/** Whether row-level security hides rows from the role. Nothing is reported where it is not used. */
export function rowSecurityFindings(tables: readonly TableFacts[], names: Names): readonly CheckResult[] {
  const name = 'row-level security';
  if (!tables.some(({ isSecured }) => isSecured)) return [];
  const hidden = hiddenTables(tables);
  if (hidden.length === 0) return [{ name, outcome: 'good', message: 'policies show the role every row' }];
  const restricted = hidden.filter(({ restrictions }) => restrictions.length > 0);
  const policies = restricted.flatMap((table) => table.restrictions.map((policy) => `${policy} of ${table.name}`));
  const message = `rows of ${hidden.map((table) => table.name).join(', ')} may be hidden from the role ${names.role}`;
  if (policies.length > 0) {
    const fix = `no permissive policy can override the restrictive ${policies.join(', ')}: exempt the role from row-level security`;
    return [{ name, outcome: 'bad', message, fix, statements: [`ALTER ROLE ${names.role} BYPASSRLS;`] }];
  }
  const statements = hidden.map((table) => policyStatement(table.name, names));
  return [{ name, outcome: 'bad', message, fix: 'show the role every row', statements }];
}
