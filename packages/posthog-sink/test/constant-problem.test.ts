import { posthogSink } from '@sluice/posthog-sink';
import { expect } from 'chai';

const { eventSchema } = posthogSink;

function problemOf(field: string, text: string) {
  if (eventSchema === 'any') throw new Error('the sink has a schema');
  return eventSchema.constantProblem?.(field, text);
}

describe('a text that stands in a mapping', () => {
  for (const [field, text, said] of [
    ['event', '$performance_event', 'discards every event named'],
    ['event', 'n'.repeat(201), 'longer than 200 bytes'],
    ['event', 'é'.repeat(101), 'longer than 200 bytes'],
    ['event', ' ', 'no name'],
  ] as const) {
    it(`is refused as ${field}: ${text.slice(0, 30)}`, () => {
      expect(problemOf(field, text)).to.include({ kind: 'refused' });
      expect(problemOf(field, text)?.message).to.include(said);
    });
  }

  for (const [field, text, said] of [
    ['distinct_id', 'anonymous', 'without a user'],
    ['distinct_id', ' NULL ', 'without a user'],
    ['distinct_id', '', 'without a user'],
    ['distinct_id', 'x'.repeat(201), 'sent as `sha256:'],
    ['session_id', 'abc', 'no session id'],
    ['properties', '$set', '`mapped_set`'],
    ['properties', '$ip', '`mapped_ip`'],
    ['properties', 'token', '`mapped_token`'],
    ['properties', '$sent_at', '`mapped_sent_at`'],
    ['properties', '$set_once', '`mapped_set_once`'],
  ] as const) {
    it(`is changed as ${field}: ${text.slice(0, 30)}`, () => {
      expect(problemOf(field, text)).to.include({ kind: 'changed' });
      expect(problemOf(field, text)?.message).to.include(said);
    });
  }

  for (const [field, text, help] of [
    ['properties', '$groups.company', '`groups: { company: … }`'],
    ['properties', '$group_company', '`groups: { company: … }`'],
    ['properties', '$groups.our company', "`groups: { 'our company': … }`"],
    ['properties', '$group_0', '`groups: { company: … }`'],
    ['properties', '$ai_modle', '`$ai_model`'],
    ['properties', '$ai_input_token', '`$ai_input_tokens`'],
    ['properties', '$curent_url', '`$current_url`'],
    ['properties', '$acme_plan', '`acme_plan`'],
    ['properties', '$foo', '`foo`'],
    ['event', '$ai_generaton', '`$ai_generation`'],
    ['event', '$groupidentfy', '`$groupidentify`'],
    ['set', '$emial', '`emial`'],
    ['set_once', '$refferer', '`$referrer`'],
  ] as const) {
    it(`means nothing to PostHog as ${field}: ${text}`, () => {
      expect(problemOf(field, text)).to.include({ kind: 'unread' });
      expect(problemOf(field, text)?.help).to.include(help);
    });
  }

  for (const [field, text] of [
    ['event', 'n'.repeat(200)],
    ['event', '$ai_generation'],
    ['distinct_id', 'everybody'],
    ['session_id', '0f6c91df-d035-4813-b838-9741ba38ef0b'],
    ['properties', '$ai_latency'],
    ['properties', '$groups'],
    ['properties', '$feature/new-prompt'],
    ['properties', '$group_key'],
    ['properties', '$survey_response_1'],
    ['event', '$groupidentify'],
    ['set', 'token'],
    ['set', '$initial_referrer'],
    ['groups', 'company'],
    ['timestamp', 'x'],
  ] as const) {
    it(`is sent as it is as ${field}: ${text.slice(0, 30)}`, () => expect(problemOf(field, text)).to.equal(undefined));
  }
});
