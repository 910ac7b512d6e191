// What a mapping may contain, and what it means: for the loader, the editor's schema and the documentation.

export const MAPPING_KEYS = {
  sluice: 'The version of the language: 1.',
  mapping: 'The name of the mapping.',
  doc: 'What the mapping is about.',
  source:
    'The source whose records it reads, or a list of sources with the same records. The mapping is checked against the fields of the pipeline’s source.',
  sink: "The sink that takes its events, a list of sinks, or `any`: every sink that takes standard events. The mapping is checked against the sink's event schema.",
  extends: 'The mapping that this one changes: a file, relative to this one, or a file of an installed package.',
  params: 'Values that the pipeline file gives.',
  shared: 'Fragments in the shape of an event, for `include`. They are merged with those of the extended mapping.',
  vocabulary: 'The type and unit of names that readers rely on, in maps of the events such as `properties`.',
  events: 'The events. An event of the extended mapping is changed by what is written under its name.',
  remove: 'Events of the extended mapping to remove, by name.',
  identity: 'The fields that can change and that the identity of an event depends on deliberately.',
  personalData: 'The personal data that is sent deliberately, and what must never be sent.',
  tests: 'Example records and their expected events: run with `sluice test`.',
} as const satisfies Readonly<Record<string, string>>;

export const FRAGMENT_KEYS = {
  doc: 'What the event is, for the catalogue.',
  include: 'Fragments under `shared` to start from; what is written here takes precedence.',
  when: 'A condition that a record must meet. All conditions of an event must hold.',
  final:
    'When a record is final: `{ when: end_time != null, within: 24h }`. One that is not is held, and is sent when it is final or `within` old.',
  each: 'A list of texts: one event for each item, which is read as `item`.',
  omitNull: 'Whether names whose value is null are left out, rather than sent as null.',
  remove: 'What to remove of the included or extended event: `field`, `properties.name`, `when`, `final` or `each`.',
  sinks: 'What is different at one sink, under its type.',
} as const satisfies Readonly<Record<string, string>>;

/** Of `final`. */
export const FINAL_KEYS = {
  when: 'A condition that holds for a record that is final.',
  within: 'The age at which a record is sent as it is.',
} as const satisfies Readonly<Record<string, string>>;

/** Besides those of a fragment. */
export const EVENT_KEYS = {
  event: 'The name of the event.',
  rename: 'A new name for an event of the extended mapping.',
  from: 'The stream whose records the event is made of.',
} as const satisfies Readonly<Record<string, string>>;

/** Under a sink's type in `sinks`, besides fields of the sink and of the standard event. */
export const SINK_BLOCK_KEYS = {
  event: 'The name of the event at this sink.',
  omit: 'Whether this sink gets no such event.',
  remove: 'What this sink does not get: `field` or `properties.name`.',
} as const satisfies Readonly<Record<string, string>>;

export const VALUE_KEY_DOCS = {
  value: 'An expression over the fields of the record.',
  const: 'A literal value.',
  url: 'A url with expressions in braces. A leading parameter of type url is inserted as it is; everything else is percent-encoded.',
  enum: 'A value to send for each value of `value`.',
  else: 'For a value that the `enum` does not have; null when absent.',
  when: 'A condition: null when it does not hold.',
  unit: 'The unit of a number that does not have one already.',
  omitNull: 'Whether the name is left out when the value is null, rather than sent as null.',
  doc: 'What the value means, for the catalogue.',
} as const satisfies Readonly<Record<string, string>>;

/** The keys of a value that is written as a map: `{ value: …, when: … }`. */
export const VALUE_KEYS = Object.keys(VALUE_KEY_DOCS);

/** A value has exactly one of these. */
export const GIVING_KEYS = ['value', 'const', 'url'];

export const PARAM_KEYS = {
  type: 'The type of its value.',
  default: 'Its value when the pipeline file gives none.',
  doc: 'What it is for.',
} as const satisfies Readonly<Record<string, string>>;

/** Of a name in `vocabulary`. */
export const VOCABULARY_KEYS = {
  type: 'The type of the values that are sent under the name.',
  unit: 'The unit that they are read in; a number without one is read without a unit.',
} as const satisfies Readonly<Record<string, string>>;

/** Of `identity` and `personalData`. */
export const PERMISSION_KEYS = {
  identity: {
    accepts: 'Fields that can change and are part of an identity nevertheless.',
    because: 'The reason; the catalogue prints it.',
  },
  personalData: {
    allows: 'Fields that identify a person and are sent nevertheless.',
    forbids: 'Fields that must not be sent in clear, whatever this mapping or an extended one allows.',
    because: 'The reason; the catalogue prints it.',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
