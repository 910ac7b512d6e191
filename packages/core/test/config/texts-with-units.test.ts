import { expect } from 'chai';
import fc from 'fast-check';
import { byteSize } from '#src/config/byte-size.js';
import { duration } from '#src/config/duration.js';
import { share } from '#src/config/share.js';

describe('a duration', () => {
  it('is read with every unit', () => {
    const texts = ['0s', '500ms', '90s', '30m', '24h', '1d', '1.5h'];
    expect(texts.map((text) => duration().parse(text))).to.deep.equal([
      0, 500, 90_000, 1_800_000, 86_400_000, 86_400_000, 5_400_000,
    ]);
  });

  it('is refused without a unit, with an unknown unit, with a sign or with surrounding text', () => {
    for (const text of ['', '30', '30 m', '30min', '30M', '-30m', '+30m', '1e3s', '.5h', '1h30m', '30m ', 30]) {
      expect(duration().safeParse(text).success, String(text)).to.equal(false);
    }
  });

  it('is explained in the message', () => {
    expect(duration().safeParse('30').error?.issues[0]?.message).to.include('such as 30m, 24h or 1d');
    expect(duration().safeParse(30).error?.issues[0]?.message).to.include('such as 30m, 24h or 1d');
  });

  it('means the same in a smaller unit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100_000 }), (hours) => {
        expect(duration().parse(`${hours}h`)).to.equal(duration().parse(`${hours * 60}m`));
        expect(duration().parse(`${hours}d`)).to.equal(duration().parse(`${hours * 24}h`));
      }),
    );
  });
});

describe('a size', () => {
  it('is read in thousands and in powers of 1024', () => {
    const texts = ['0B', '512 B', '1kB', '1KB', '1MB', '2GB', '900KiB', '4MiB', '1GiB', '1.5KiB'];
    expect(texts.map((text) => byteSize().parse(text))).to.deep.equal([
      0, 512, 1000, 1000, 1_000_000, 2_000_000_000, 921_600, 4_194_304, 1_073_741_824, 1536,
    ]);
  });

  it('is always whole bytes', () => {
    expect(byteSize().parse('0.3KiB')).to.equal(307);
  });

  it('is refused without a unit, with an unknown unit or with a sign', () => {
    for (const text of ['', '900', '4Mib', '4M', '4mb', '-1B', '1e3B', '4  MiB', 'constructorB', '4constructor', 4]) {
      expect(byteSize().safeParse(text).success, String(text)).to.equal(false);
    }
  });
});

describe('a share', () => {
  it('is read in percent, as a number from 0 to 1', () => {
    expect(['0%', '5%', '12.5 %', '100%'].map((text) => share().parse(text))).to.deep.equal([0, 0.05, 0.125, 1]);
  });

  it('is refused above 100%, below 0% and without the percent sign', () => {
    for (const text of ['101%', '-1%', '0.05', '5', '%', 0.05]) {
      expect(share().safeParse(text).success, String(text)).to.equal(false);
    }
  });
});
