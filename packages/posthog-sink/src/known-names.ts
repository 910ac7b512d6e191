import { closestName } from '@sluice/core/document';
import { AI_EVENTS } from './ai/ai-events.js';
import { AI_PROPERTIES } from './ai/ai-properties.js';

/**
 * Names that begin with `$` and that PostHog, its pages or its own clients read. Source: PostHog, `taxonomy.py`, and
 * posthog-js, August 2026.
 */
const EVENTS: readonly string[] = [
  ...AI_EVENTS,
  ...words(`
  $ai_evaluation_report $ai_generation_summary $ai_tag $ai_trace_summary $autocapture $capture_metrics
  $copy_autocapture $create_alias $csp_violation $dead_click $element_viewed $exception $experiment_started
  $feature_enrollment_update $feature_flag_called $feature_interaction $feature_view $groupidentify $identify
  $merge_dangerously $opt_in $pageleave $pageview $performance_event $rageclick $screen $set $snapshot $web_vitals
  $$heatmap
`),
];

const PROPERTIES: readonly string[] = [
  ...Object.keys(AI_PROPERTIES),
  ...words(`
  $active_feature_flags $ai_agent_name $ai_audio_input_tokens $ai_audio_output_tokens $ai_billable
  $ai_cache_read_audio_tokens $ai_cache_read_token_price $ai_cache_write_1h_token_price
  $ai_cache_write_token_price $ai_error $ai_error_normalized $ai_error_type $ai_evaluation_applicable
  $ai_evaluation_id $ai_evaluation_name $ai_evaluation_reasoning $ai_evaluation_result
  $ai_evaluation_type $ai_experiment_id $ai_experiment_name $ai_image_input_tokens
  $ai_image_output_tokens $ai_input_token_price $ai_lib $ai_lib_version $ai_output
  $ai_output_token_price $ai_target_event_id $ai_tools_called $app_build $app_name $app_namespace
  $app_version $browser $browser_language $browser_version $current_url $device $device_id
  $device_manufacturer $device_model $device_name $device_type $duration $elements $elements_chain
  $event_type $external_click_url $feature_flag $feature_flag_id $feature_flag_payload
  $feature_flag_reason $feature_flag_request_id $feature_flag_response $feature_flag_version $group_key
  $group_set $group_type $groups $host $is_identified $is_server $locale $network_cellular $network_wifi
  $os $os_name $os_version $pageview_id $pathname $plugins_deferred $plugins_failed $plugins_succeeded
  $raw_user_agent $recording_status $referrer $referring_domain $release_id $revenue $screen_height
  $screen_name $screen_width $search_engine $survey_completed $survey_id $survey_name $survey_questions
  $timezone $timezone_offset $title $unset $user_agent $viewport_height $viewport_width
`),
];

const PERSON_PROPERTIES = words(`
  $app_build $app_name $app_namespace $app_version $browser $browser_version $creator_event_uuid $current_url
  $device_type $internal_or_test_user $os $os_name $os_version $pathname $raw_user_agent $referrer
  $referring_domain $screen_height $screen_width $viewport_height $viewport_width
`);

/** Families of such names: what follows is anybody's. */
const FAMILIES = new RegExp(
  String.raw`^\$(?:conversations_|dead_|debug_|el_|exception_|feature/|feature_enrollment/|feature_flag_|geoip_|initial_` +
    '|mcp_|plugins_|prev_pageview_|product_tour|replay_|sdk_|sentry_|session_|survey_|surveys_|virt_|web_vitals_)',
  'u',
);

type Kind = 'event' | 'property' | 'person property';

const KNOWN: Readonly<Record<Kind, readonly string[]>> = {
  event: EVENTS,
  property: PROPERTIES,
  'person property': PERSON_PROPERTIES,
};

/** Whether PostHog uses a name, or the name is not one of PostHog's. */
export function isKnownName(kind: Kind, name: string): boolean {
  return !name.startsWith('$') || FAMILIES.test(name) || KNOWN[kind].includes(name);
}

/** The known name that is meant by an unknown one, as far as can be told. */
export function nearestName(kind: Kind, name: string): string | undefined {
  // Without the $, which all of them have.
  const known = KNOWN[kind].map((each) => each.slice(1));
  const near = closestName(name.slice(1), known);
  return near === undefined ? undefined : `$${near}`;
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/u);
}
