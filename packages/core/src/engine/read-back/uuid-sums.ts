import type { UuidSums } from '../../contracts/arrivals.js';

const bytes = Buffer.alloc(16);

/** Computes `UuidSums`. */
export class UuidSumsBuilder {
  #first = 0n;
  #second = 0n;

  add(uuid: string): void {
    bytes.fill(0);
    bytes.write(uuid.replaceAll('-', ''), 'hex');
    this.#first = BigInt.asUintN(64, this.#first + bytes.readBigUInt64LE(0));
    this.#second = BigInt.asUintN(64, this.#second + bytes.readBigUInt64LE(8));
  }

  equals([first, second]: UuidSums): boolean {
    return this.#first === first && this.#second === second;
  }
}
