import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { createYamlMappingLanguage, PROBLEM_CODES, type Code } from '@sluice/yaml-mapper';
import { aContext } from './load-text.js';

function shipped(name: string): string {
  return readFileSync(new URL(`../../../configs/mappings/${name}`, import.meta.url), 'utf8');
}

const TOP_LEVEL = /^(?:sluice|source|sink|extends|params|shared|events|remove|personalData|identity):/u;

/** Codes whose examples need more than one file beside the shipped mapping; see broken-mappings.test.ts. */
const ELSEWHERE: readonly Code[] = [
  'file-too-large',
  'extends-cycle',
  'expression-too-large',
  'other-source',
  'other-sink',
  'unknown-param',
  'param-missing',
];

function mappingOf(example: string): string {
  if (!TOP_LEVEL.test(example))
    return mappingOf(`events:\n  - event: langfuse trace\n    properties:\n${example.replaceAll(/^/gmu, '      ')}\n`);
  const header = [
    ...(/^sluice:/mu.test(example) ? [] : ['sluice: 1']),
    ...(/^extends:/mu.test(example) ? [] : ['extends: langfuse-posthog.yaml']),
  ];
  return [...header, example].join('\n');
}

function codesOf(example: string): readonly string[] {
  const files = new Map([
    ['/m/main.yaml', mappingOf(example)],
    ['/m/langfuse.yaml', shipped('langfuse.yaml')],
    ['/m/langfuse-posthog.yaml', shipped('langfuse-posthog.yaml')],
  ]);
  const readFile = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw new Error('no such file');
    return text;
  };
  const { problems } = createYamlMappingLanguage().load({ file: '/m/main.yaml' }, aContext({ readFile }));
  return problems.map(({ code }) => code);
}

describe('problem codes', () => {
  for (const [code, entry] of Object.entries(PROBLEM_CODES)) {
    it(`explains ${code}`, () => {
      expect(code).to.match(/^[a-z]+(?:-[a-z]+)*$/u);
      for (const text of [entry.title, entry.fix]) expect(text).to.match(/^(?:[a-z`]|JavaScript).*[^.]$/u);
      expect(entry.why).to.match(/^[A-Z`].*\.$/su);
      expect(entry.wrong).to.not.equal(entry.right);
    });
    if (ELSEWHERE.some((each) => each === code)) continue;
    it(`reports ${code} for the wrong example and nothing for the right one`, () => {
      expect(codesOf(entry.wrong)).to.include(code);
      expect(codesOf(entry.right)).to.deep.equal([]);
    });
  }
});
