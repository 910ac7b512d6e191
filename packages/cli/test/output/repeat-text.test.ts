import { NO_COUNTS, NO_REPEATS } from '@sluice/core/state';
import { expect } from 'chai';
import { changesText, repeatsText, type RepeatRules } from '#src/output/repeat-text.js';

const rule = (effect: RepeatRules[number]['effect'], more: Partial<RepeatRules[number]> = {}) =>
  ({ effect, sentence: `shop does ${effect}`, ...more }) as const;

describe('the text about repeats', () => {
  it('has the reasons, and what the destination does', () => {
    const counts = { ...NO_COUNTS, repeats: { ...NO_REPEATS, changed: 3, resumed: 1 } };
    expect(repeatsText([counts, counts], [rule('add')])).to.equal(
      'repeats (events that may have been sent before): 6 changed, 2 resumed\nshop does add',
    );
    expect(repeatsText([NO_COUNTS], [rule('add')])).to.equal(undefined);
  });

  it('has what failed requests sent again, where the destination counts it again', () => {
    const resent = 'sent again after a failed request, which may have delivered some: 4 events\nshop does add';
    expect(repeatsText([NO_COUNTS], [rule('add')], 4)).to.equal(resent);
    const counts = { ...NO_COUNTS, repeats: { ...NO_REPEATS, changed: 1 } };
    expect(repeatsText([counts], [rule('add')], 4)).to.match(/^repeats .*: 1 changed\nsent again .*\nshop does add$/u);
    expect(repeatsText([NO_COUNTS], [rule('replace')], 4)).to.equal(undefined);
  });

  it('says how many changes were sent without effect to a destination that keeps the first event', () => {
    expect(changesText(10, [rule('ignore')])).to.equal(
      'shop does ignore\nKeys are compared, not contents: whether changed records arrived is not known; 10 events of ' +
        'changed records were sent without effect.',
    );
    expect(changesText(0, [rule('ignore')])).to.match(/whether changed records arrived is not known\.$/);
    expect(changesText(10, [rule('ignore', { withinMs: 1 })])).to.match(/up to 10 events/);
    expect(changesText(1, [rule('replace'), rule('ignore')])).to.match(
      /not known; up to 1 event of .* was sent without effect/,
    );
  });

  it('says how many changes count again, and is silent where they replace', () => {
    expect(changesText(2, [rule('add')])).to.equal(
      'shop does add\n2 events of changed records were sent, and count again.',
    );
    expect(changesText(0, [rule('add')])).to.equal(undefined);
    expect(changesText(5, [rule('replace')])).to.equal(undefined);
  });
});
