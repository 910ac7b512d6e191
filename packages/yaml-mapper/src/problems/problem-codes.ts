export interface ProblemCode {
  readonly severity: 'error' | 'warning';
  /** A few words: the heading of the code's documentation. */
  readonly title: string;
  /** Why it matters and what to do, for someone who meets it for the first time. */
  readonly explanation: string;
}

/** Every code that a mapping's problem can carry. Codes are stable: they are never renamed or given another meaning. */
export const PROBLEM_CODES = {
  'file-unreadable': {
    severity: 'error',
    title: 'A file cannot be read',
    explanation:
      'The mapping, or a file that it extends, is missing or not readable. Paths in `extends` start at the folder of the file that says `extends`.',
  },
  'file-too-large': {
    severity: 'error',
    title: 'The file is too large',
    explanation:
      'A mapping is a table for people. One that exceeds the limits (size, number of entries after aliases are expanded) is refused, so that no file can exhaust memory.',
  },
  'yaml-syntax': {
    severity: 'error',
    title: 'Not valid YAML',
    explanation:
      'YAML gives a meaning to `: `, ` #`, and a leading quote, `!`, `*`, `&`, `@`, `[` or `{`. An expression that contains one of them is written in quotes: `"level == \'ERROR\' ? 1 : 0"`.',
  },
  'yaml-duplicate-key': {
    severity: 'error',
    title: 'A key is there twice',
    explanation: 'Of two equal keys one would be lost without a word. Remove or rename one.',
  },
  'yaml-tag': {
    severity: 'error',
    title: 'A YAML tag',
    explanation: 'A leading `!` starts a YAML tag. A negated expression is written in quotes: `"!public"`.',
  },
  'yaml-alias': {
    severity: 'error',
    title: 'An alias without an anchor, or one that contains itself',
    explanation:
      'A leading `*` refers to a YAML anchor. Shared parts of a mapping are better written under `shared` and used with `include`.',
  },
  'unknown-key': {
    severity: 'error',
    title: 'A key that the language does not know',
    explanation: 'A misspelt key would otherwise be ignored and its value never sent.',
  },
  'missing-key': {
    severity: 'error',
    title: 'A key is missing',
    explanation: 'The mapping cannot be used without it.',
  },
  'wrong-shape': {
    severity: 'error',
    title: 'Another kind of value is expected here',
    explanation: 'A map, a list, a text or an expression stands where another of these belongs.',
  },
  'unsupported-version': {
    severity: 'error',
    title: 'Another version of the language',
    explanation:
      'The first line of a mapping, `sluice: 1`, names the version of the language that it is written in. This program knows version 1.',
  },
  'unknown-source': {
    severity: 'error',
    title: 'A source that is not installed',
    explanation: 'The mapping is checked against the fields of its source. Without them nothing can be checked.',
  },
  'unknown-sink': {
    severity: 'error',
    title: 'A sink that is not installed',
    explanation: 'The mapping is checked against the event schema of its sink. Without it nothing can be checked.',
  },
  'other-source': {
    severity: 'error',
    title: 'The mapping is for another source',
    explanation: "The pipeline's source and the mapping's `source` must be the same.",
  },
  'other-sink': {
    severity: 'error',
    title: 'The mapping is for another sink',
    explanation:
      "The pipeline's sink and the mapping's `sink` must be the same, unless the pipeline's sink takes events of any shape.",
  },
  'unknown-stream': {
    severity: 'error',
    title: 'A stream that the source does not offer',
    explanation: '`from` names the stream of records that an event is made of.',
  },
  'unknown-event-field': {
    severity: 'error',
    title: "A field that the sink's events do not have",
    explanation: 'The destination would ignore it. Values of your own belong into a map of names such as `properties`.',
  },
  'missing-event-field': {
    severity: 'error',
    title: 'A required field of the event is missing',
    explanation: 'The destination refuses events without it.',
  },
  'reserved-name': {
    severity: 'error',
    title: 'A name that cannot be used',
    explanation: '`__proto__` means something to every JavaScript program that reads the event.',
  },
  'extends-cycle': {
    severity: 'error',
    title: 'A mapping that extends itself',
    explanation: '`extends` leads back to a file that is already being extended.',
  },
  'include-cycle': {
    severity: 'error',
    title: 'A fragment that includes itself',
    explanation: '`include` leads back to a fragment that is already being included.',
  },
  'unknown-fragment': {
    severity: 'error',
    title: 'A fragment that is not there',
    explanation: '`include` names fragments under `shared`, of this file or of a file that it extends.',
  },
  'nothing-to-remove': {
    severity: 'error',
    title: 'Nothing of this name to remove',
    explanation:
      '`remove` names an event, a field, or a name in a map (`properties.langfuse_tags`) of the mapping that is extended. If it is gone there, the line has no effect and should go too.',
  },
  'duplicate-event': {
    severity: 'error',
    title: 'Two events of one name',
    explanation:
      'An event is identified by its name and its uuid. Two of one name could replace each other, and an overlay could not tell them apart.',
  },
  'no-events': {
    severity: 'error',
    title: 'A mapping without events',
    explanation: 'Nothing would ever be sent.',
  },
  'conflicting-directives': {
    severity: 'error',
    title: 'Two ways to say one value',
    explanation: 'A value is given by exactly one of `value`, `const` and `url`.',
  },
  'expression-syntax': {
    severity: 'error',
    title: 'Not a valid expression',
    explanation:
      "A scalar is an expression over the record's fields. A literal text is quoted inside it (`\"'text'\"`) or written `{ const: text }`.",
  },
  'expression-too-large': {
    severity: 'error',
    title: 'The expression is too long or too deeply nested',
    explanation:
      'Expressions are bounded, so that no mapping can exhaust the process. Split it, or prepare the value at the source.',
  },
  'not-in-language': {
    severity: 'error',
    title: 'JavaScript that is not part of the language',
    explanation:
      'The language is a small, typed part of JavaScript expressions: fields, literals, operators, the conditional and a closed list of functions. There is no way out of it.',
  },
  'unknown-field': {
    severity: 'error',
    title: 'A field that the stream does not have',
    explanation:
      'A bare name is a field of the record or a parameter. Keys of the event being built are read as `event.uuid`.',
  },
  'unknown-function': {
    severity: 'error',
    title: 'A function that is not there',
    explanation: 'The list of functions is closed.',
  },
  'unknown-param': {
    severity: 'error',
    title: 'A parameter that the mapping does not declare',
    explanation: "The pipeline file gives a value for a parameter that is not under the mapping's `params`.",
  },
  'unknown-unit': {
    severity: 'error',
    title: 'A unit that is not known',
    explanation: 'Units are checked so that milliseconds never end up where seconds are read.',
  },
  'argument-count': {
    severity: 'error',
    title: 'Too many or too few arguments',
    explanation: "The function's signature is in the message.",
  },
  'type-mismatch': {
    severity: 'error',
    title: 'A value of the wrong type',
    explanation: 'Nothing is converted silently: `text(x)`, `number(x)`, `timestamp(x)` and `list(x)` convert.',
  },
  'unit-mismatch': {
    severity: 'error',
    title: 'A value in the wrong unit',
    explanation:
      "A number in one unit stands where another is expected. `convert(x, 's')` converts between units of one dimension; others never convert.",
  },
  'unit-missing': {
    severity: 'error',
    title: 'A number without a unit where one is expected',
    explanation: 'Readers of this name rely on a unit. If the number is in it, say so: `{ value: …, unit: s }`.',
  },
  'nullable-required': {
    severity: 'error',
    title: 'A value that may be null where one is required',
    explanation:
      'Records without it could not be delivered. Give a value for that case with `??`, or leave the records out with `when` and a stand-in.',
  },
  'event-cycle': {
    severity: 'error',
    title: 'A value of the event that depends on itself',
    explanation:
      '`event.x` reads another value of the event being built; following such references must come to an end.',
  },
  'url-syntax': {
    severity: 'error',
    title: 'A url template that is not well formed',
    explanation: 'A template is text with expressions in braces: `{langfuseUrl}/project/{project_id}`.',
  },
  'param-missing': {
    severity: 'error',
    title: 'A parameter has no value',
    explanation: 'Give it under `params` in the pipeline file, or a `default` in the mapping.',
  },
  'param-type': {
    severity: 'error',
    title: "A parameter's value is of another type",
    explanation: 'The value in the pipeline file, or the default, is not of the declared type.',
  },
  'param-hides-field': {
    severity: 'error',
    title: "A parameter with a field's name",
    explanation: 'A bare name could mean either. Rename the parameter.',
  },
  'uuid-without-key': {
    severity: 'error',
    title: "The uuid does not depend on the record's key",
    explanation: 'Different records would get one uuid and replace each other at the destination.',
  },
  'identity-changeable': {
    severity: 'warning',
    title: 'The identity depends on a value that can change',
    explanation:
      'The destination tells a repeat from a new event by the identity. If a field of it changes between two deliveries, the event is counted twice. Use a field that never changes, wait longer (`settle`), or accept it with a reason under `identity`.',
  },
  'personal-data': {
    severity: 'warning',
    title: 'Personal data leaves without being named',
    explanation:
      'The source marks the field as personal. Name it under `personalData: { allows: […], because: … }`, send `pseudonym(x, salt)` instead, or leave it out.',
  },
  'unused-param': {
    severity: 'warning',
    title: 'A parameter that nothing uses',
    explanation: 'Remove it, or use it: it may be misspelt somewhere.',
  },
  'unused-fragment': {
    severity: 'warning',
    title: 'A fragment that no event includes',
    explanation: 'Its fields are not checked and not sent.',
  },
  'unused-permission': {
    severity: 'warning',
    title: 'A permission that nothing needs',
    explanation:
      'What `identity` or `personalData` names here is not used in that way. Remove it, so that the list says what is true.',
  },
  'constant-condition': {
    severity: 'warning',
    title: 'A condition that is always the same',
    explanation: 'It depends on nothing in the record.',
  },
} as const satisfies Record<string, ProblemCode>;

export type Code = keyof typeof PROBLEM_CODES;
