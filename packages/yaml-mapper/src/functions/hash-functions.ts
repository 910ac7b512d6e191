import { createHmac, hash } from 'node:crypto';
import type { FunctionDefinition } from './function-definition.js';
import { text } from './parameters.js';
import { uuid5 } from './uuid5.js';

/** Functions that hash. */
export const HASH_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'sha256',
    doc: 'Hashes a text in UTF-8 with SHA-256; hexadecimal.',
    example: ["sha256('abc')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    parameters: [text('value')],
    result: 'text',
    evaluate: (value: string) => hash('sha256', value, 'hex'),
  },
  {
    name: 'pseudonym',
    doc: 'Hashes a text with HMAC-SHA-256 and a secret salt; hexadecimal. One person keeps one pseudonym.',
    example: ["pseudonym('ada', salt)", '5211dc470d5865c80bad6d4f3b3fa37fbecf43f9c3a0edd5009617e799f64e93'],
    parameters: [text('value'), text('salt', { secret: true })],
    result: 'text',
    pseudonymous: true,
    evaluate: (value: string, salt: string) => createHmac('sha256', salt).update(value).digest('hex'),
  },
  {
    name: 'uuid5',
    doc: 'Computes the name-based uuid (version 5) of `name` in `namespace`.',
    example: [
      "uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')",
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    ],
    parameters: [text('namespace'), text('name')],
    result: 'text',
    evaluate: uuid5,
  },
];
