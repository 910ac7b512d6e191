import { expect } from 'chai';
import { runHere } from './run-here.js';

async function refusal(...args: readonly string[]): Promise<string> {
  const { code, text } = await runHere(...args);
  expect(code).to.equal(2);
  return text.split('\n')[0] ?? '';
}

describe('wrong usage', () => {
  it('names an unknown command, and the one that was meant if one is near', async () => {
    expect(await refusal('lnt', 'a.yaml')).to.equal('sluice: unknown command: lnt; did you mean lint?');
    expect(await refusal('foo', '--json')).to.equal('sluice: unknown command: foo');
  });

  it('names an unknown option, and the one that was meant', async () => {
    expect(await refusal('run', 'a.yaml', '--env-fil', 'b')).to.equal(
      'sluice: unknown option or argument: env-fil; did you mean --env-file?',
    );
    expect(await refusal('lint', '--jsno')).to.match(/^sluice: missing arguments: .*; did you mean --json\?$/u);
  });

  it('names what is in the way of a new package', async () => {
    expect(await refusal('new', 'sink', 'acme', 'package.json')).to.match(/package\.json is not an empty folder/u);
  });

  it('says that the script of completion is for the shell in $SHELL', async () => {
    expect(await refusal('completion', 'zsh')).to.equal(
      'sluice: completion takes no arguments: the script is for the shell in $SHELL',
    );
  });
});
