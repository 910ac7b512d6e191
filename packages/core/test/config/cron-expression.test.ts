import { expect } from 'chai';
import { cronExpression } from '#src/config/cron-expression.js';

function problemsOf(text: string): readonly string[] {
  return (
    cronExpression()
      .safeParse(text)
      .error?.issues.map((issue) => issue.message) ?? []
  );
}

describe('a cron expression', () => {
  it('is kept when it is in numbers', () => {
    for (const text of ['30 * * * *', '*/15 0-6,22-23 1 1-6/2 0', '0 0 * * 7', '59 23 31 12 6']) {
      expect(cronExpression().parse(text)).to.equal(text);
    }
  });

  it('may name months and days, in any case, in lists and ranges', () => {
    expect(cronExpression().parse('0 9 * JAN,mar-Jun MON-FRI')).to.equal('0 9 * 1,3-6 1-5');
    expect(cronExpression().parse('0 9 * DEC SUN,SAT')).to.equal('0 9 * 12 0,6');
  });

  it('ends a range of days with Sunday as the seventh day', () => {
    expect(cronExpression().parse('0 9 * * FRI-SUN')).to.equal('0 9 * * 5-7');
    expect(cronExpression().parse('0 9 * * SUN-MON')).to.equal('0 9 * * 0-1');
  });

  it('has one space between its fields', () => {
    expect(cronExpression().parse('  0   9 * *\t1 ')).to.equal('0 9 * * 1');
  });

  it('is refused with names where there are none, with unknown ones, and with a day in place of a month', () => {
    expect(problemsOf('MON * * * *')).to.deep.equal(['the minute must be in 0..59, or *']);
    expect(problemsOf('0 0 * MON *')).to.deep.equal(['the month must be in 1..12 (or JAN..DEC), or *']);
    expect(problemsOf('0 0 * * MONDAY')).to.deep.equal(['the day of the week must be in 0..7 (or SUN..SAT), or *']);
  });

  it('is refused with too many or too few fields, and says what the fields are', () => {
    for (const text of ['', '* * * *', '* * * * * *', '@daily']) expect(problemsOf(text)[0]).to.include('five fields');
  });

  it('is refused outside of the bounds, with a step of zero and with a range that runs backwards', () => {
    for (const text of ['60 * * * *', '* 24 * * *', '* * 0 * *', '* * 32 * *', '* * * 13 *', '* * * * 8']) {
      expect(problemsOf(text), text).to.have.length(1);
    }
    for (const text of ['*/0 * * * *', '5-1 * * * *', '1,, * * * *', '- * * * *', '1-2-3 * * * *']) {
      expect(problemsOf(text), text).to.have.length(1);
    }
  });
});
