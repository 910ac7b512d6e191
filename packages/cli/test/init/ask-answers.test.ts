import { API_VERSION, type CheckChoice, type SetupQuestion } from '@sluice/core/adapter';
import type { Preset } from '@sluice/core/preset';
import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import { expect } from 'chai';
import { z } from 'zod';
import type { CheckSection } from '@sluice/sluice';
import { givenAnswers } from '#src/init/answers.js';
import { askAnswers, type Asked } from '#src/init/ask-answers.js';
import type { Pair } from '#src/init/pair.js';
import { aPrompter } from './a-prompter.js';

const URL_QUESTION: SetupQuestion = {
  option: 'url',
  label: 'Address of the shop',
  help: 'shop://…',
  variable: 'SHOP_URL',
  sensitive: true,
  example: 'shop://x',
};
const BRANCHES: SetupQuestion = {
  option: 'branches',
  label: 'Branches to export',
  help: 'all, or names separated by commas',
  default: 'all',
  choices: [{ name: 'all', value: 'all', label: 'all' }],
  choicesFrom: 'branches',
  example: 'all',
};
const HOST: SetupQuestion = {
  option: 'host',
  label: 'Where events go',
  help: 'north, or an address',
  variable: 'EVENTS_HOST',
  default: 'https://north.example.com',
  choices: [{ name: 'north', value: 'https://north.example.com', label: 'north' }],
  complete: (text) => (text.endsWith('.example.com') && !text.includes('://') ? `https://${text}` : text),
  example: 'https://north.example.com',
};
const KEY: SetupQuestion = { ...URL_QUESTION, option: 'key', label: 'Key', variable: 'EVENTS_KEY', example: 'k' };
const LINK: SetupQuestion = {
  option: 'link',
  label: 'Address of the back office',
  help: 'https://…',
  variable: 'OFFICE_URL',
  problemOf: (text) => (text.startsWith('https://') ? undefined : 'expected https://'),
  example: 'https://office.example.com',
};

const definition = {
  apiVersion: API_VERSION,
  doc: '',
  create: () => {
    throw new Error('nothing is created');
  },
} as const;
const source: SourceDefinition = {
  ...definition,
  kind: 'source',
  type: 'shop',
  streams: [],
  config: z.strictObject({ url: z.string(), branches: z.union([z.literal('all'), z.array(z.string()).min(1)]) }),
  setup: [URL_QUESTION, BRANCHES],
};
const sink: SinkDefinition = {
  ...definition,
  kind: 'sink',
  type: 'events',
  eventSchema: 'any',
  repeats: () => ({ effect: 'add' }),
  config: z.strictObject({ key: z.string(), host: z.url() }),
  setup: [HOST, KEY],
};
const preset: Preset = {
  source: 'shop',
  sink: 'events',
  pipeline: '/configs/shop-to-events.yaml',
  mapping: { specifier: '@acme/shop/mapping.yaml', path: '/configs/mapping.yaml' },
  setup: [LINK],
  example: '',
};
const PAIR: Pair = { source, sink, preset };

interface Tried extends Asked {
  readonly asked: readonly string[];
  readonly offered: readonly string[];
  readonly checked: readonly string[];
}

async function interviewed(
  script: readonly [RegExp, string | boolean][],
  options: {
    readonly set?: readonly string[];
    readonly environment?: Record<string, string>;
    readonly bad?: string;
    readonly choices?: readonly CheckChoice[];
  } = {},
): Promise<Tried> {
  const { prompter, asked, offered } = aPrompter(script);
  const checked: string[] = [];
  const result = await askAnswers(PAIR, givenAnswers(options.set ?? [], PAIR), {
    prompter,
    environment: options.environment ?? {},
    check: async (part, answers, secrets): Promise<CheckSection | undefined> => {
      const { variable = '' } = answers.get(part === 'source' ? 'source.url' : 'sink.key') ?? {};
      const secret = secrets[variable];
      if (secret === undefined) return undefined;
      checked.push(secret);
      const { choices } = options;
      const branches = [{ name: 'branches', outcome: 'good' as const, message: '', ...(choices && { choices }) }];
      const outcome = secret === options.bad ? 'bad' : 'good';
      return { part, results: [{ name: 'it', outcome, message: '' }, ...branches] };
    },
  });
  return { ...result, asked, offered, checked };
}

describe('the questions of sluice init', () => {
  it('give a complete pipeline when every default is taken', async () => {
    const { answers, typed, checked, asked } = await interviewed([]);
    expect(Object.fromEntries(answers)).to.deep.equal({
      'source.url': { variable: 'SHOP_URL', value: undefined },
      'source.branches': { variable: undefined, value: 'all' },
      'sink.host': { variable: 'EVENTS_HOST', value: 'https://north.example.com' },
      'sink.key': { variable: 'EVENTS_KEY', value: undefined },
      'params.link': { variable: 'OFFICE_URL', value: undefined },
    });
    expect([typed, checked]).to.deep.equal([{}, []]);
    expect(asked).to.have.length(5);
  });

  it('skip what a flag answers and what the environment holds', async () => {
    const set = ['source.branches=a', 'sink.host=north', 'params.link=https://o.example.com'];
    const environment = { SHOP_URL: 'shop://db', EVENTS_KEY: 'known' };
    const { asked, checked, typed } = await interviewed([], { set, environment });
    expect(asked).to.deep.equal([]);
    expect(checked).to.deep.equal(['shop://db', 'known']);
    expect(typed).to.deep.equal({});
  });

  it('check a typed secret at once, ask again when it fails, and keep it under its variable', async () => {
    const { typed, checked, asked } = await interviewed(
      [
        [/shop/, 'shop://wrong'],
        [/shop/, 'shop://right'],
        [/^Key/, 'typed'],
      ],
      { bad: 'shop://wrong', set: ['source.url=${READER_URL}'] },
    );
    expect(checked).to.deep.equal(['shop://wrong', 'shop://right', 'typed']);
    expect(typed).to.deep.equal({ READER_URL: 'shop://right', EVENTS_KEY: 'typed' });
    expect(asked.filter((question) => question.startsWith('Type it again'))).to.have.length(1);
  });

  it('keep a failing secret when nobody wants to type it again', async () => {
    const { typed } = await interviewed(
      [
        [/shop/, 'shop://down'],
        [/again/, false],
      ],
      { bad: 'shop://down' },
    );
    expect(typed).to.deep.equal({ SHOP_URL: 'shop://down' });
  });

  it('take another answer than the choices, and a list', async () => {
    const { answers } = await interviewed([
      [/^Where events go$/, ''],
      [/^Where events go \(/, 'https://south.example.com'],
      [/^Branches to export$/, ''],
      [/^Branches to export \(/, 'a, b'],
    ]);
    expect(answers.get('sink.host')).to.deep.equal({ variable: 'EVENTS_HOST', value: 'https://south.example.com' });
    expect(answers.get('source.branches')).to.deep.equal({ variable: undefined, value: 'a, b' });
  });

  for (const [given, variable, value] of [
    ['south.example.com', 'EVENTS_HOST', 'https://south.example.com'],
    ['${HOST:-south.example.com}', 'HOST', 'https://south.example.com'],
    ['${HOST:-north}', 'HOST', 'https://north.example.com'],
    ['${HOST}', 'HOST', undefined],
  ] as const) {
    it(`complete --set sink.host=${given}`, () => {
      expect(givenAnswers([`sink.host=${given}`], PAIR).get('sink.host')).to.deep.equal({ variable, value });
    });
  }

  describe('when the check found what to pick from', () => {
    const choices = [
      { value: 'b-1', label: 'North' },
      { value: 'b-2', label: 'South' },
      { value: 'b,3', label: 'Comma' },
      { value: 'b-4', label: 'West' },
    ];
    const environment = { SHOP_URL: 'shop://db' };

    it('offer it by name, after the check', async () => {
      const script: [RegExp, string][] = [
        [/^Branches/, ''],
        [/^Branches/, 'North West'],
      ];
      const { answers, offered, asked, checked } = await interviewed(script, { choices, environment });
      expect(checked).to.deep.equal(['shop://db']);
      expect(offered).to.deep.equal(['North', 'South', 'West']);
      expect(asked.filter((question) => question.startsWith('Branches'))).to.have.length(2);
      expect(answers.get('source.branches')).to.deep.equal({ variable: undefined, value: 'b-1,b-4' });
    });

    it('still take the whole', async () => {
      const { answers, offered } = await interviewed([[/^Branches/, 'all']], { choices, environment });
      expect(offered).to.deep.equal([]);
      expect(answers.get('source.branches')).to.include({ value: 'all' });
    });

    it('ask nothing that a flag answers', async () => {
      const set = ['source.branches=b-2'];
      const { asked, answers } = await interviewed([], { choices, environment, set });
      expect(asked.join()).not.to.contain('Branches');
      expect(answers.get('source.branches')).to.include({ value: 'b-2' });
    });
  });

  for (const [setting, words] of [
    ['source.url=shop://u:p@h', 'a secret must not be written to a file'],
    ['source.branches=,', 'all, or names separated by commas'],
    ['sink.host=nowhere', 'north, or an address'],
    ['sink.host=https://x/${A}${B}', '$'],
    ['params.link=ftp://x', 'expected https://'],
    ['sink.hots=north', 'did you mean `sink.host`?'],
    ['sink.host', 'expected sink.host=answer'],
  ] as const) {
    it(`refuse --set ${setting}`, () => {
      expect(() => givenAnswers([setting], PAIR)).to.throw(words);
    });
  }
});
