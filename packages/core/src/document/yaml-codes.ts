import type { ProblemCode } from '../contracts/problem-code.js';

/** What is wrong with a file as YAML, be it a pipeline file or a mapping. Codes are stable. */
export const YAML_CODES = {
  'yaml-syntax': {
    severity: 'error',
    title: 'Not valid YAML',
    why: 'YAML gives a meaning to `: `, ` #`, and a leading quote, `!`, `*`, `&`, `@`, `%`, `[` or `{`. What follows is then not the text that was meant.',
    fix: 'Write a value that holds one of them in quotes.',
    wrong: "kind: public ? 'shared' : 'own'",
    right: `kind: "public ? 'shared' : 'own'"`,
  },
  'yaml-duplicate-key': {
    severity: 'error',
    title: 'A key is there twice',
    why: 'Of two equal keys one would be lost without a word.',
    fix: 'Remove or rename one of them.',
    wrong: 'title: name\ntitle: id',
    right: 'title: name\nkey: id',
  },
  'yaml-tag': {
    severity: 'error',
    title: 'A YAML tag',
    why: 'A leading `!` starts a YAML tag, so the text behind it never arrives.',
    fix: 'Write a value that begins with `!` in quotes.',
    wrong: "debug: !contains(tags, 'live')",
    right: 'debug: "!contains(tags, \'live\')"',
  },
  'yaml-alias': {
    severity: 'error',
    title: 'An alias without an anchor, or one that contains itself',
    why: 'A leading `*` refers to a YAML anchor, a place that `&` names.',
    fix: 'Shared parts of a mapping are better written under `shared` and used with `include`.',
    wrong: 'title: *name',
    right: 'title: name',
  },
  'file-too-large': {
    severity: 'error',
    title: 'The file is too large',
    why: 'These files are written by people. One that exceeds the limits (256 Ki characters, 20,000 values after aliases are expanded, 50 levels) is refused, so that no file can exhaust the process.',
    fix: 'Split it, or write out what the aliases repeat.',
    wrong: 'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b] # … and so on',
    right: 'a: [x, x]',
  },
  'wrong-shape': {
    severity: 'error',
    title: 'Another kind of value is expected here',
    why: 'A map, a list, a text or an expression stands where another of these belongs.',
    fix: 'Write the kind of value that the message names.',
    wrong: 'names: [name, id]',
    right: 'names: "[name, id]"',
  },
  'reserved-name': {
    severity: 'error',
    title: 'A name that cannot be used',
    why: '`__proto__` means something to every JavaScript program that reads the event.',
    fix: 'Choose another name.',
    wrong: '__proto__: name',
    right: 'proto: name',
  },
} as const satisfies Record<string, ProblemCode>;

export type YamlCode = keyof typeof YAML_CODES;
