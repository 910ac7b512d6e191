import Mocha from 'mocha';

export interface FailedTest {
  readonly title: string;
  readonly message: string;
}

/** The tests that fail when a conformance suite is run by itself. */
export async function failedTestsOf(describeIt: () => void): Promise<readonly FailedTest[]> {
  const failed: FailedTest[] = [];
  class Silent extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
      super(runner, options);
      runner.on('fail', (test, error: Error) => failed.push({ title: test.title, message: error.message }));
    }
  }
  const mocha = new Mocha({ reporter: Silent, timeout: 5000 });
  mocha.suite.emit('pre-require', {}, '', mocha);
  describeIt();
  await new Promise<void>((resolve) => mocha.run(() => resolve()));
  mocha.dispose();
  return failed;
}
