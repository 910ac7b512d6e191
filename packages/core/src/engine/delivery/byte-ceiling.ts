/** A ceiling that several workers share: see `SharedStateWriter`. */
interface SharedCeiling {
  readonly ceilingBytes: number;
  lowerCeiling(bytes: number): Promise<void>;
}

/**
 * The size limit of a request: the configured one, or less once the destination has refused larger ones, also those of
 * another worker. Batches that are filled from then on keep to it.
 */
export class ByteCeiling {
  #bytes: number;
  readonly #shared: SharedCeiling | undefined;

  constructor(bytes: number, shared?: SharedCeiling) {
    this.#bytes = bytes;
    this.#shared = shared;
  }

  get bytes(): number {
    return Math.min(this.#bytes, this.#shared?.ceilingBytes ?? Infinity);
  }

  /** Takes effect at once. Rejects when the other workers could not be told. */
  async lower(bytes: number): Promise<void> {
    if (bytes >= this.bytes) return;
    this.#bytes = bytes;
    await this.#shared?.lowerCeiling(bytes);
  }
}
