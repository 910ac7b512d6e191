import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { isJsonObject } from '../json-shape.js';
import { isAiEvent } from './ai-event-names.js';
import { AI_PROPERTIES, type AiProperty } from './ai-properties.js';

/** PostHog's alphabet for ids. Source: `docs/onboarding/ai-observability/_snippets/generation-event.tsx`. */
const ID = /^[\w\-~.@()!':|]+$/u;

const FITS: Readonly<Record<AiProperty['type'], (value: JsonValue) => boolean>> = {
  id: (value) => typeof value === 'string' && ID.test(value),
  text: (value) => typeof value === 'string',
  count: (value) => Number.isInteger(value) && Number(value) >= 0,
  number: (value) => typeof value === 'number',
  usd: (value) => typeof value === 'number',
  seconds: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  map: isJsonObject,
  'text or map': (value) => typeof value === 'string' || isJsonObject(value),
  content: () => true,
};

/**
 * What PostHog would ignore or misread in the `$ai_*` properties of an event: an unknown name, one that belongs to other
 * events, another type, an id with a character that is not allowed, and what is missing. PostHog itself reports none of it.
 */
export function aiPropertyProblems(event: {
  readonly event: string;
  readonly properties: JsonObject;
}): readonly string[] {
  const { event: name, properties } = event;
  if (!isAiEvent(name)) return [`${name} is no event of PostHog's AI pages`];
  const given = Object.entries(properties).filter(([property]) => property.startsWith('$ai_'));
  const missing = Object.entries(AI_PROPERTIES).flatMap(([property, { isRequired, on = [name] }]) =>
    isRequired === true && on.includes(name) && (properties[property] ?? null) === null
      ? [`${property} is missing`]
      : [],
  );
  return [...given.flatMap(([property, value]) => problemsOf(name, property, value)), ...missing];
}

function problemsOf(event: string, name: string, value: JsonValue): readonly string[] {
  const known = Object.hasOwn(AI_PROPERTIES, name) ? AI_PROPERTIES[name] : undefined;
  if (known === undefined) return [`${name} is not known`];
  const { type, on = [event] } = known;
  if (!on.includes(event)) return [`${name} is not read on ${event}`];
  return value === null || FITS[type](value) ? [] : [`${name} is no ${type}: ${JSON.stringify(value)}`];
}
