import { langfusePosthog } from '@sluice/langfuse-posthog';
import { expect } from 'chai';

describe('the address at which people open Langfuse', () => {
  const question = langfusePosthog.setup.find(({ option }) => option === 'langfuseUrl');
  const completed = (text: string) => question?.complete?.(text) ?? text;

  for (const [text, url] of [
    ['langfuse.acme.io', 'https://langfuse.acme.io'],
    ['langfuse.acme.io:3000/base', 'https://langfuse.acme.io:3000/base'],
    ['langfuse:3000', 'https://langfuse:3000'],
    ['localhost:3000', 'http://localhost:3000'],
    ['http://langfuse.internal', 'http://langfuse.internal'],
  ] as const) {
    it(`may be given as ${text}`, () => {
      expect(completed(text)).to.equal(url);
      expect(question?.problemOf?.(url)).to.equal(undefined);
    });
  }

  for (const text of ['eu', 'de', 'ftp://langfuse.acme.io', 'a b.example.com', '']) {
    it(`cannot be ${JSON.stringify(text)}`, () => {
      expect(question?.problemOf?.(completed(text))).to.contain('https://langfuse.example.com');
    });
  }
});
