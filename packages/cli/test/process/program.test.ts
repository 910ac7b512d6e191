import { expect } from 'chai';
import { programOf, withOption } from '#src/process/program.js';

describe('the commands that a person is told to type', () => {
  const cases: readonly (readonly [string, string, Record<string, string>?])[] = [
    ['/usr/local/bin/sluice', 'sluice'],
    ['/app/node_modules/.bin/sluice', 'npx --no sluice'],
    [String.raw`C:\app\node_modules\.bin\sluice`, 'npx --no sluice'],
    [String.raw`C:\app\node_modules\@sluice\cli\bin\sluice.js`, 'npx --no sluice', { npm_lifecycle_event: 'npx' }],
    ['/home/ada/.npm/_npx/1f2/node_modules/.bin/sluice', 'npx @sluice/cli'],
    ['/app/node_modules/.bin/mocha', 'sluice', { npm_lifecycle_event: 'npx' }],
    ['', 'sluice'],
  ];
  for (const [script, program, environment = {}] of cases) {
    it(`begin with ${program} when ${script || 'nothing'} was started`, () => {
      expect(programOf(script, environment)).to.equal(program);
    });
  }

  it('keep an option without a command from npx', () => {
    expect(withOption('--help', 'npx --no sluice')).to.equal('npx --no -- sluice --help');
    expect(withOption('--help', 'npx @sluice/cli')).to.equal('npx @sluice/cli --help');
    expect(withOption('--help', 'sluice')).to.equal('sluice --help');
  });
});
