const LEAST_SLOTS = 64;
const FREE = 0;

/**
 * A set of the identities of events. Thousands enter and leave it each second: here they are numbers in one list, while a
 * `Set` would be work for the garbage collector. Each is in the slot that it asks for or in one behind it without a free
 * slot between.
 */
export class IdentitySet {
  #slots = new Int32Array(LEAST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(identity: number): boolean {
    return this.#slots[this.#slotOf(storedAs(identity))] !== FREE;
  }

  add(identity: number): void {
    const stored = storedAs(identity);
    const slot = this.#slotOf(stored);
    if (this.#slots[slot] !== FREE) return;
    this.#slots[slot] = stored;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#grow();
  }

  delete(identity: number): void {
    let free = this.#slotOf(storedAs(identity));
    if (this.#slots[free] === FREE) return;
    this.#size -= 1;
    // Those behind it move up where a free slot would else stand between them and the slot that they ask for.
    const mask = this.#slots.length - 1;
    for (let slot = (free + 1) & mask; this.#slots[slot] !== FREE; slot = (slot + 1) & mask) {
      const stored = this.#slots[slot] ?? FREE;
      if (((slot - wantedSlot(stored, mask)) & mask) < ((slot - free) & mask)) continue;
      this.#slots[free] = stored;
      free = slot;
    }
    this.#slots[free] = FREE;
  }

  clear(): void {
    this.#slots.fill(FREE);
    this.#size = 0;
  }

  /** Where it is, or where it would be. */
  #slotOf(stored: number): number {
    const mask = this.#slots.length - 1;
    let slot = wantedSlot(stored, mask);
    while (this.#slots[slot] !== FREE && this.#slots[slot] !== stored) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    for (const stored of before) if (stored !== FREE) this.#slots[this.#slotOf(stored)] = stored;
  }
}

/** An identity of 0 shares a place with 1, as different events may. */
function storedAs(identity: number): number {
  return identity | 0 || 1;
}

function wantedSlot(stored: number, mask: number): number {
  return (stored ^ (stored >>> 15)) & mask;
}
