import type { LikelyCause, MissingEvents } from '@sluice/core/sink';

/** One row of PostHog's ingestion warnings. */
export interface IngestionWarning {
  readonly type: string;
  /** The name of the event; empty where the warning does not say. */
  readonly event: string;
  readonly warnings: number;
}

/**
 * What the warnings mean with which PostHog drops an event. Source: PostHog, `nodejs/src/ingestion`, the table
 * INGESTION_WARNING_TYPES, and `rust/common/ingestion_warnings`.
 */
const DROPPED: Readonly<Record<string, string>> = {
  event_dropped_by_transformation: 'a transformation of the project drops it: see Data pipelines, Transformations',
  event_dropped_too_old: 'the project drops events of this age: see its setting drop_events_older_than',
  invalid_event_when_process_person_profile_is_false: 'it changes a person, without person processing',
  malformed_distinct_id: 'its distinct id is one that PostHog refuses',
  message_size_too_large: 'it is too large for PostHog',
  missing_distinct_id: 'it has no distinct id',
  missing_event_name: 'it has no name',
  schema_validation_failed: 'it does not fit the schema that the project enforces: see Data management, Schema',
  skipping_event_invalid_distinct_id: 'its distinct id is one that PostHog refuses',
  skipping_event_invalid_uuid: 'its uuid is not a UUID',
};

/**
 * Why events are likely to be missing. PostHog writes a warning for most of what it drops, but none for a quota and an event
 * restriction: these are named where no warning explains the loss.
 *
 * @param warnings since the first missing event; undefined: they could not be read
 * @param pages where people open the project
 */
export function likelyCauses(
  missing: readonly MissingEvents[],
  warnings: readonly IngestionWarning[] | undefined,
  pages: string,
): readonly LikelyCause[] {
  const names = new Set(missing.map(({ event }) => event));
  const concerned = (warnings ?? []).filter(({ event }) => event === '' || names.has(event));
  const causes = concerned.map(({ type, event, warnings: count }): LikelyCause => {
    const of = event === '' ? '' : ` of ${event}`;
    const meaning = DROPPED[type] ?? 'it need not be dropped';
    return { code: type, message: `PostHog warns of ${type}${of} (${count} times): ${meaning}` };
  });
  const isExplained = concerned.some(({ type }) => Object.hasOwn(DROPPED, type));
  const silent = isExplained ? [] : silentCauses([...names], pages);
  const unread: readonly LikelyCause[] =
    warnings === undefined
      ? [{ code: 'warnings-unread', message: `the ingestion warnings could not be read: see ${pages}/data-management` }]
      : [];
  return [...silent, ...causes, ...unread];
}

/** What PostHog drops without a warning, after the answer 200. */
function silentCauses(names: readonly string[], pages: string): readonly LikelyCause[] {
  const ofAi = names.filter((name) => name.startsWith('$ai_')).length;
  const quota = ofAi === names.length ? 'AI events (llm_events)' : ofAi === 0 ? 'events' : 'events, or for AI events';
  const billing = `${new URL(pages).origin}/organization/billing`;
  return [
    {
      code: 'quota',
      message: `the quota for ${quota} was reached: PostHog then drops without a warning, and v0 answers 200: see ${billing}`,
    },
    {
      code: 'event-restriction',
      message: 'a restriction of the project drops them without a warning: ask the support of PostHog',
    },
  ];
}
