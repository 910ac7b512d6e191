/** A status, a class of statuses or a range of them, such as `409`, `5xx` or `500-504`. */
export const STATUS_PATTERN = /^(?:[1-5]\d\d|[1-5]xx|[1-5]\d\d-[1-5]\d\d)$/;

/** Whether a status, or another text that an answer holds, is one of those in a list. */
export function matches(value: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (pattern === value) return true;
    if (!/^\d{3}$/.test(value) || !STATUS_PATTERN.test(pattern)) return false;
    const [from = '', to = from] = pattern.includes('xx')
      ? [pattern.replace('xx', '00'), pattern.replace('xx', '99')]
      : pattern.split('-');
    return value >= from && value <= to;
  });
}
