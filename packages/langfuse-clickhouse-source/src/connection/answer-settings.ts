import { literal, raw, type Sql } from '../sql/sql.js';

/**
 * Settings with which an answer is complete and has the values that its statement asks for. With others, which the profile
 * of a user may have, ClickHouse ends an answer early without an error, or changes its rows.
 */
export const ANSWER_SETTINGS: Readonly<Record<string, string | number>> = {
  distinct_overflow_mode: 'throw',
  group_by_overflow_mode: 'throw',
  join_overflow_mode: 'throw',
  read_overflow_mode: 'throw',
  read_overflow_mode_leaf: 'throw',
  result_overflow_mode: 'throw',
  set_overflow_mode: 'throw',
  sort_overflow_mode: 'throw',
  timeout_overflow_mode: 'throw',
  limit: 0,
  offset: 0,
  aggregate_functions_null_for_empty: 0,
  extremes: 0,
  final: 0,
  format_tsv_null_representation: String.raw`\N`,
  join_use_nulls: 0,
  output_format_tsv_crlf_end_of_line: 0,
  transform_null_in: 0,
  // A cached answer may lack rows that have been written since.
  use_query_cache: 0,
};

const NAMES = Object.keys(ANSWER_SETTINGS);

/** One row with the values of these settings that the statement itself has. */
export function usedSettingsQuery(): Sql {
  return raw(`SELECT ${NAMES.map((name) => `toString(getSetting(${literal(name)}))`).join(', ')}`);
}

/** Those of the values that are others, such as `timeout_overflow_mode = break`. */
export function unfitSettings(values: readonly (string | undefined)[]): readonly string[] {
  return NAMES.flatMap((name, index) => {
    const value = { true: '1', false: '0' }[values[index] ?? ''] ?? values[index];
    return value === String(ANSWER_SETTINGS[name]) ? [] : [`${name} = ${value}`];
  });
}
