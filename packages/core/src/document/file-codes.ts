import type { ProblemCode } from '../contracts/problem-code.js';

/** What can be wrong with a pipeline file and with a mapping alike. The examples are parts of a mapping. */
export const FILE_CODES = {
  'file-unreadable': {
    severity: 'error',
    title: 'a file cannot be read',
    why: 'The file, or the package that it belongs to, is missing or not readable. Paths start at the folder of the file that names them.',
    fix: 'correct the path, check who may read the file, or install the package',
    wrong: 'extends: langfuse-posthogg.yaml',
    right: 'extends: langfuse-posthog.yaml',
  },
  'file-too-large': {
    severity: 'error',
    title: 'the file is too large',
    why: 'People write these files. A file over the limits (256 Ki characters, 20,000 values after aliases are expanded, 50 levels) is refused, so that no file can exhaust the process.',
    fix: 'split the file, or write out what the aliases repeat',
    wrong: 'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b] # … and so on',
    right: 'a: [x, x]',
  },
  'not-unicode': {
    severity: 'error',
    title: 'text that is not Unicode',
    why: 'A file that is not UTF-8, or half of a character, would arrive at the destination as other characters.',
    fix: 'save the file as UTF-8, and write whole characters',
    wrong: String.raw`team: { const: "Gr\ud83c" }`,
    right: String.raw`team: { const: "Gr\u00f6\u00dfe" }`,
  },
  'yaml-syntax': {
    severity: 'error',
    title: 'invalid YAML',
    why: 'YAML gives a meaning to `: `, ` #`, and a leading quote, `!`, `*`, `&`, `@`, `%`, `[` or `{`. The rest of the text is then not what was meant.',
    fix: 'quote a value that YAML would read as its own syntax',
    wrong: "kind: public ? 'shared' : 'own'",
    right: `kind: "public ? 'shared' : 'own'"`,
  },
  'yaml-duplicate-key': {
    severity: 'error',
    title: 'duplicate key',
    why: 'One of the two values would be lost silently.',
    fix: 'remove or rename one of the keys',
    wrong: 'title: name\ntitle: id',
    right: 'title: name\nkey: id',
  },
  'yaml-tag': {
    severity: 'error',
    title: 'a YAML tag',
    why: 'A leading `!` starts a YAML tag, so the text after it would be lost.',
    fix: 'quote a value that begins with `!`',
    wrong: "debug: !contains(tags, 'live')",
    right: 'debug: "!contains(tags, \'live\')"',
  },
  'yaml-alias': {
    severity: 'error',
    title: 'an alias without an anchor, or an alias that contains itself',
    why: 'A leading `*` refers to a YAML anchor, which `&` defines.',
    fix: 'write out the value; a mapping can share parts with `shared` and `include`',
    wrong: 'title: *name',
    right: 'title: name',
  },
  'wrong-shape': {
    severity: 'error',
    title: 'another kind of value is expected',
    why: 'A map, a list, a text or an expression is used where another of these is required.',
    fix: 'write the kind of value that the message names',
    wrong: 'names: [name, id]',
    right: 'names: "[name, id]"',
  },
  'reserved-name': {
    severity: 'error',
    title: 'a name that cannot be used',
    why: '`__proto__` has a meaning in every JavaScript program that reads the event, and a parameter must have a name that an expression can read.',
    fix: 'choose another name',
    wrong: '__proto__: name',
    right: 'proto: name',
  },
  'unknown-key': {
    severity: 'error',
    title: 'unknown key',
    why: 'A misspelt key would otherwise be ignored, together with its value.',
    fix: 'correct the key, or remove it',
    wrong: 'cost: { valeu: total_cost }',
    right: 'cost: { value: total_cost }',
  },
  'missing-key': {
    severity: 'error',
    title: 'a required key is missing',
    why: 'The file cannot be used without it, and no default would be right.',
    fix: 'add the key that the message names',
    wrong: "model: { when: name != '' }",
    right: "model: { value: name, when: name != '' }",
  },
  'secret-in-clear': {
    severity: 'warning',
    title: 'a secret is written in the file',
    why: 'Everybody who can read the file, or its history, can read the secret.',
    fix: 'in the pipeline file, use an environment variable, `${NAME}`, or a separate file, `${file:PATH}`',
    wrong: 'params: { salt: { type: secret, default: pepper } }',
    right:
      'params: { salt: { type: secret } }\nevents:\n  - { event: langfuse trace, properties: { who: "pseudonym(metadata.mail, salt)" } }',
  },
} as const satisfies Record<string, ProblemCode>;

export type FileCode = keyof typeof FILE_CODES;
