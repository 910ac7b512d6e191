/** One of the two ways in which Langfuse's records become events of PostHog, as SQL needs it. */
export interface EventFamily {
  readonly trace: string;
  readonly generation: string;
  readonly score: string;
  /** Of a generation: an expression. */
  readonly tokens: string;
  /** Of a score: expressions. */
  readonly scoreName: string;
  readonly scoreValue: string;
  /** Whether an event belongs to a user, as a condition. `of` is the table's prefix in it, such as `events.`. */
  readonly hasUser: (of?: string) => string;
}

/** The events of Langfuse's own integration. */
export const LANGFUSE_FAMILY: EventFamily = {
  trace: 'langfuse trace',
  generation: 'langfuse generation',
  score: 'langfuse score',
  tokens: 'toFloat(properties.langfuse_total_units)',
  scoreName: 'properties.langfuse_score_name',
  scoreValue: 'toFloat(properties.langfuse_score_value)',
  hasUser: (of = '') => `coalesce(${of}properties.langfuse_user_id, '') != 'langfuse_unknown_user'`,
};

/**
 * The events that PostHog's AI pages read. PostHog keeps that an event has no person profile. Source: PostHog,
 * plugin-server/src/utils/event.ts, `normalizeProcessPerson`.
 */
export const AI_FAMILY: EventFamily = {
  trace: '$ai_trace',
  generation: '$ai_generation',
  score: '$ai_metric',
  tokens: 'coalesce(toFloat(properties.$ai_input_tokens), 0) + coalesce(toFloat(properties.$ai_output_tokens), 0)',
  scoreName: 'properties.$ai_metric_name',
  scoreValue: 'toFloat(properties.langfuse_score_value)',
  hasUser: (of = '') => `coalesce(toString(${of}properties.$process_person_profile), '') NOT IN ('false', '0')`,
};

/** Whether an event comes from the product, and not from Langfuse through either family. */
export function isOfProduct(of = ''): string {
  return `NOT startsWith(${of}event, 'langfuse ') AND NOT startsWith(${of}event, '$ai_')`;
}
