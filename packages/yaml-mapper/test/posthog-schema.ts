import type { EventSchema, KnownName } from '@sluice/core/sink';

/** A reduced copy of the PostHog sink's schema. */
export const posthogSchema: EventSchema = {
  fields: {
    distinct_id: { kind: 'value', type: 'text', required: true, default: 'event.user ?? event.uuid', doc: '' },
    anonymous: { kind: 'value', type: 'boolean', required: false, default: 'event.user == null', doc: '' },
    session_id: { kind: 'value', type: 'text', required: false, doc: '' },
    set: { kind: 'map', nulls: 'omitted', known: {}, doc: '' },
    groups: { kind: 'map', nulls: 'omitted', values: 'text', maxNames: 5, known: {}, doc: '' },
    properties: {
      kind: 'map',
      nulls: 'kept',
      doc: '',
      known: { $ai_latency: { type: 'number', unit: 's' } },
    },
    timestamp: { kind: 'value', type: 'timestamp', required: true, default: 'event.time', doc: '' },
  },
  identity: [
    { field: 'event' },
    { field: 'uuid' },
    { field: 'distinct_id' },
    { field: 'timestamp', precision: 'utcDay' },
  ],
  constantProblem: (field, text) => {
    if (field === 'event' && text === '$performance_event')
      return { kind: 'refused', message: 'refused', help: 'help' };
    if (text === '$ai_modle') return { kind: 'unread', message: 'unread', help: 'help' };
    const isChanged = (field === 'properties' && text === '$set') || (field === 'distinct_id' && text === 'anonymous');
    return isChanged ? { kind: 'changed', message: `changed ${text}`, help: 'help' } : undefined;
  },
  eventProblems: ({ event, values, maps }) => {
    const [message, help] = ['message', 'help'];
    if (event === '$groupidentify' && !maps.has('groups')) return [{ kind: 'refused', message, help }];
    const isNobodys = values.get('anonymous')?.constant === true;
    return ['set', 'groups'].flatMap((field) =>
      isNobodys && (maps.get(field)?.length ?? 0) > 0 ? [{ kind: 'not-sent', field, message, help }] : [],
    );
  },
};

/** What the mappings of these tests declare under `vocabulary: { properties: … }`. */
export const VOCABULARY: Readonly<Record<string, KnownName>> = {
  timestamp: { type: 'timestamp' },
  langfuse_cost_usd: { type: 'number', unit: 'usd' },
  langfuse_latency: { type: 'number', unit: 's' },
  langfuse_total_units: { type: 'number', unit: 'tokens' },
  langfuse_score_value: { type: 'number' },
  langfuse_trace_name: { type: 'text' },
};
