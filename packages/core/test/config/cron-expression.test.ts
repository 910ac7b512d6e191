import { expect } from 'chai';
import { cronExpression } from '#src/config/cron-expression.js';

function problemOf(text: string): string {
  const issues = cronExpression().safeParse(text).error?.issues ?? [];
  return issues.map((issue) => issue.message).join('\n');
}

describe('a cron expression', () => {
  it('has five fields, in numbers or names, with lists, ranges and steps', () => {
    for (const text of ['30 * * * *', '*/15 0-6,22-23 1 1-6/2 0', '0 9 * JAN,mar-Jun MON-FRI', '0 9 * * FRI-SUN']) {
      expect(cronExpression().parse(text)).to.equal(text);
    }
  });

  it('is refused with too many or too few fields, and the message lists the fields', () => {
    for (const text of ['', '* * * *', '* * * * * *']) {
      expect(problemOf(text), text).to.include('minute, hour, day of the month, month, day of the week');
    }
  });

  it('is refused when a field is out of range, and the message names the field', () => {
    expect(problemOf('60 * * * *')).to.match(/: invalid value for minute$/u);
    expect(problemOf('* 24 * * *')).to.match(/: invalid value for hour$/u);
    expect(problemOf('* * 32 * *')).to.match(/: invalid value for day$/u);
    expect(problemOf('* * * 13 *')).to.match(/: invalid value for month$/u);
    expect(problemOf('* * * * 8')).to.match(/: invalid value for dayOfWeek$/u);
  });

  it('is refused when it cannot be read', () => {
    for (const text of ['*/0 * * * *', '5-1 * * * *', '1,, * * * *', 'MON * * * *', '0 0 * * MONDAY', '5/5 * * * *']) {
      expect(problemOf(text), text).to.include('not a cron expression');
    }
  });

  it('is refused when it never matches', () => {
    expect(problemOf('0 0 31 2 *')).to.equal('this cron expression never matches');
  });
});
