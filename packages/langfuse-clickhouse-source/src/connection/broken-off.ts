/** ClickHouse's reports are shorter. */
const LONGEST_REPORT = 16_384;

/** As ClickHouse 25.11 and later write it, or earlier ones. No row ends so: its last value is no free text. */
const REPORT = /^.*(?<report>Code: \d+\. DB::Exception: .*)(?:\r\n__exception__\r\n|\(version [^\n]*\)\n?)$/su;

/**
 * What ClickHouse reports where it broke off an answer that had begun well; undefined for a complete one. Only a proxy that
 * drops `wait_end_of_query` lets it begin before its end is known.
 */
export function reportAtEnd(answer: Buffer): string | undefined {
  return REPORT.exec(answer.subarray(-LONGEST_REPORT).toString('utf8'))?.groups?.['report'];
}
