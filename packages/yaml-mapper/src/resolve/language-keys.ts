// What a mapping may say, and what it means: the loader and the editor's schema go by these tables.

export const MAPPING_KEYS = {
  sluice: 'The version of the language: 1.',
  mapping: 'The name of the mapping.',
  doc: 'What the mapping is about.',
  source: 'The source whose records it reads; the mapping is checked against its fields.',
  sink: 'The sink that takes its events; the mapping is checked against what its events look like.',
  extends: 'A mapping under this one: a file, relative to this one, or a file of an installed package.',
  params: 'Values that the pipeline file gives.',
  shared: 'Fragments in the shape of an event, for `include`. One of a mapping that is extended is merged into.',
  vocabulary: 'Names in the maps of the events, such as `properties`, whose type and unit readers rely on.',
  events: 'The events. One of a mapping that is extended is changed by what stands under its name.',
  remove: 'Events of the mapping that is extended that are not wanted, by name.',
  identity: 'On which fields that can change the identity of an event knowingly depends.',
  personalData: 'Which personal data knowingly leaves.',
  tests: 'What comes of example records: run with `sluice test`.',
} as const satisfies Readonly<Record<string, string>>;

export const FRAGMENT_KEYS = {
  doc: 'What the event is, for the catalogue.',
  include: 'Fragments under `shared` that this one is written over.',
  when: 'The condition that a record must meet: all conditions of an event must hold.',
  each: 'A list of texts: an event for every item, read as `item`.',
  omitNull: 'Whether names whose value is null are left out, rather than sent as null.',
  remove: 'What is not wanted of what this is written over: `field`, `properties.name`, `when` or `each`.',
} as const satisfies Readonly<Record<string, string>>;

/** Besides those of a fragment. */
export const EVENT_KEYS = {
  event: 'The name of the event.',
  rename: 'Another name for an event of the mapping that is extended.',
  from: 'The stream whose records the event is made of.',
} as const satisfies Readonly<Record<string, string>>;

export const VALUE_KEY_DOCS = {
  value: 'An expression over the fields of the record.',
  const: 'A value as it is written.',
  url: 'A url with expressions in braces: a leading parameter of type url as it is, all else percent-encoded.',
  enum: 'What stands for each value of `value`.',
  else: 'For a value that the `enum` does not have; null when absent.',
  when: 'A condition: null when it does not hold.',
  unit: 'The unit of a number that has none of its own.',
  omitNull: 'Whether the name is left out when the value is null, rather than sent as null.',
  doc: 'What the value means, for the catalogue.',
} as const satisfies Readonly<Record<string, string>>;

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
    accepts: 'The fields that can change and are part of an identity all the same.',
    because: 'Why; the catalogue prints it.',
  },
  personalData: {
    allows: 'The fields that leave although they tell who a person is.',
    because: 'Why; the catalogue prints it.',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
