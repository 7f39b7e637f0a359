/**
 * What is under way at the moment, in the slots of an array. A Set or a Map would do but for V8, which replaces its table now and
 * then when entries come and go: the old table points to the new one and to all that was under way, so that once one of them
 * counts as old, young garbage survives with everything it leads to. In a busy service a collection of young objects took
 * 6 ms instead of 1, and every ten seconds the old ones were due.
 */
export class SlotMap<T extends object> {
  private readonly slots: (T | undefined)[] = [];
  private readonly vacant: number[] = [];

  /** Answers the slot, which is taken until it is removed. */
  insert(item: T): number {
    const slot = this.vacant.pop() ?? this.slots.length;
    this.slots[slot] = item;
    return slot;
  }

  get(slot: number): T | undefined {
    return this.slots[slot];
  }

  /** Nothing happens where the slot is vacant. */
  remove(slot: number): void {
    if (!this.slots[slot]) return;
    this.slots[slot] = undefined;
    this.vacant.push(slot);
  }

  /** Each slot that is taken, with what is in it. It may be removed meanwhile. */
  *[Symbol.iterator](): Generator<[slot: number, item: T]> {
    for (const [slot, item] of this.slots.entries()) if (item) yield [slot, item];
  }
}
