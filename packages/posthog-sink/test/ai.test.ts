import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { repeatRuleOf } from '@sluice/core/sink';
import { posthogSink } from '@sluice/posthog-sink';
import { aiMessages } from '#src/ai/ai-messages.js';
import { MODEL_PROVIDERS, modelProvider } from '#src/ai/model-provider.js';
import { posthogAiId } from '#src/ai/posthog-ai-id.js';

describe('an id of PostHog’s AI events', () => {
  for (const id of ['7f2c9a10', "chat-17_~.@()!':|", '0198c5a2-7d1b-7c3e-9a51-6f0d2c4b8e11']) {
    it(`stays as it is: ${id}`, () => expect(posthogAiId(id)).to.equal(id));
  }

  // They may never change: the events of a trace would no longer belong together.
  for (const [id, uuid] of [
    ['trace 1', 'c0136524-7ea0-8244-98ac-1d9b6f292a79'],
    ['step/1', 'f94854ac-4483-8267-837f-42dad7929a70'],
    ['chat#1', '6fca4fd2-28a8-8974-8f4b-77c1180e5c35'],
  ] as const) {
    it(`becomes its uuid where PostHog would not accept it: ${id}`, () => expect(posthogAiId(id)).to.equal(uuid));
  }

  for (const id of ['a=b', 'a+b', 'a&b', 'ü', 'a\n', 'a,b', 'a"b', '日本']) {
    it(`becomes a uuid: ${JSON.stringify(id)}`, () => {
      expect(posthogAiId(id)).to.match(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
    });
  }
});

describe('the provider of a model', () => {
  for (const [model, provider] of [
    ['gpt-4o-mini', 'openai'],
    ['GPT-4o', 'openai'],
    ['o3', 'openai'],
    ['claude-sonnet-4-20250514', 'anthropic'],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'amazon-bedrock'],
    ['anthropic/claude-3-haiku', 'anthropic'],
    ['gemini-2.5-flash', 'gemini'],
    ['mistral-large-latest', 'mistral'],
    ['command-r-plus', 'cohere'],
    ['llama-3.3-70b', 'meta-llama'],
    ['my-own-gpt-4', null],
    ['', null],
  ] as const) {
    it(`of ${model} is ${provider}`, () => expect(modelProvider(model, '')).to.equal(provider));
  }

  it('is that of a team’s own table first, of which the longest start counts', () => {
    const own = 'gpt-=azure, gpt-4o-mini = openai ,acme-=acme,claude-=,nonsense';
    const models = ['gpt-4o', 'gpt-4o-mini', 'acme-1', 'claude-3', 'gemini-2.5-pro'];
    expect(models.map((model) => modelProvider(model, own))).to.deep.equal(['azure', 'openai', 'acme', null, 'gemini']);
  });

  it('is that of the table in docs/posthog-ai.md', () => {
    const page = readFileSync(new URL('../../../docs/posthog-ai.md', import.meta.url), 'utf8');
    const [table = ''] = (page.split('| models that begin with')[1] ?? '').split('\n\n');
    const rows = table.matchAll(/^\| `(?<provider>[^`]+)` +\| (?<starts>.+) \|$/gmu);
    const documented = Array.from(rows, ({ groups }) =>
      Array.from((groups?.['starts'] ?? '').matchAll(/`([^`]+)`/gu), ([, start]) => [start, groups?.['provider']]),
    );
    expect(documented.flat()).to.have.deep.members([...MODEL_PROVIDERS]);
  });
});

describe('the messages of a prompt', () => {
  for (const [what, value, messages] of [
    ['a text', 'hi', [{ role: 'user', content: 'hi' }]],
    ['a message', { role: 'tool', content: 'x', name: 't' }, [{ role: 'tool', content: 'x', name: 't' }]],
    ['a list of messages', [{ role: 'system', content: '' }], [{ role: 'system', content: '' }]],
    ['an empty list', [], [{ role: 'user', content: '[]' }]],
    ['a list of other values', ['a', 1], [{ role: 'user', content: '["a",1]' }]],
    [
      'a list with one value that is no message',
      [{ role: 'user' }, null],
      [{ role: 'user', content: '[{"role":"user"},null]' }],
    ],
    ['choices without messages', { choices: [{}] }, [{ role: 'user', content: '{"choices":[{}]}' }]],
    ['messages that are none', { messages: 'x' }, [{ role: 'user', content: '{"messages":"x"}' }]],
    ['a number', 5, [{ role: 'user', content: '5' }]],
  ] as const) {
    it(`are made of ${what}`, () => expect(aiMessages(value, 'user')).to.deep.equal(messages));
  }
});

describe('a repeat of an AI event', () => {
  const repeats = posthogSink.repeats({} as never);

  it('counts again on the pages of traces and sessions', () => {
    for (const event of ['$ai_trace', '$ai_generation', '$ai_embedding', '$ai_span', '$ai_metric', '$ai_feedback'])
      expect(repeatRuleOf(repeats, event)).to.deep.equal({
        effect: 'add',
        where: 'on its pages of traces and sessions',
      });
  });

  it('is replaced where the event is any other', () => {
    for (const event of ['langfuse trace', '$pageview', '$ai'])
      expect(repeatRuleOf(repeats, event).effect).to.equal('replace');
  });
});
