import { sameInEveryCopy } from './same-in-every-copy.js';

/**
 * A number inside a value of type `json` that no double holds exactly, such as an id of 20 digits. A source delivers it
 * instead of its nearest neighbour: a mapping can read its digits as text, but never its value.
 */
export class ExactNumber {
  static {
    sameInEveryCopy(this, 'ExactNumber');
  }

  /** As the source wrote it: digits, perhaps with a sign, a point or an exponent. */
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  toString(): string {
    return this.digits;
  }

  /** Throws: JSON would be read back as the neighbour. */
  toJSON(): never {
    throw new Error(`the number ${this.digits} cannot be written as JSON exactly: send it as text`);
  }
}
