import { literal } from '../sql/sql.js';
import type { FieldReading } from './field-reading.js';

/** The placeholder of `projectNameOf`, which only the configuration can fill in. */
const EXPRESSION = 'project_name';

/** ClickHouse does not have the names of projects. */
export const PROJECT_NAME: FieldReading = {
  expression: EXPRESSION,
  columns: ['project_id'],
  doc: 'The project’s name, from projectNames or postgres in the pipeline file.',
};

/** The names by the project of the record. */
export function withProjectNames(expression: string, names: Readonly<Record<string, string>>): string {
  if (expression !== EXPRESSION) return expression;
  const cases = Object.entries(names).map(([id, name]) => `r.project_id = ${literal(id)}, ${literal(name)}`);
  return cases.length === 0 ? 'NULL' : `multiIf(${cases.join(', ')}, NULL)`;
}
