/**
 * One job, one colour, everywhere and after a reload. Rule: a job keeps its slot as long as it is on the charts, and
 * has it again when it comes back, unless another one there has it by then: jobs shown together get different slots
 * while there are enough. The colours themselves are tokens (--job-1 …).
 */

export const SLOTS = 8;
const REMEMBERED = 400; // jobs

export class Palette {
  /** @type {Map<string, number>} job id to slot, oldest first */
  #slots;
  /** @type {Set<string>} jobs on the charts, whose colours stay */
  #held = new Set();

  /** @param {[string, number][]} [remembered] */
  constructor(remembered = []) {
    this.#slots = new Map(remembered.filter(([, slot]) => Number.isInteger(slot) && slot >= 1 && slot <= SLOTS));
  }

  /** @param {string} id @returns {number | null} */
  slotOf(id) {
    return this.#slots.get(id) ?? null;
  }

  /**
   * @param {string} id
   * @param {string[]} shown jobs on the charts, who get theirs in this order whichever is asked for first
   * @returns {number} 1…SLOTS
   */
  assign(id, shown) {
    this.#held = new Set([...this.#held].filter((other) => shown.includes(other)));
    for (const other of shown) this.#hold(other, shown);
    return this.#hold(id, shown);
  }

  /** @param {string} id @param {string[]} shown @returns {number} */
  #hold(id, shown) {
    const known = this.#slots.get(id);
    if (known && (this.#held.has(id) || !this.#isHeld(known))) {
      this.#held.add(id);
      return known;
    }
    this.#slots.delete(id);
    const uses = new Array(SLOTS).fill(0);
    for (const other of shown) {
      const slot = this.#slots.get(other);
      if (slot) uses[slot - 1] += 1;
    }
    const slot = this.#longestUnused(uses);
    this.#slots.set(id, slot);
    this.#held.add(id);
    for (const oldest of this.#slots.keys()) {
      if (this.#slots.size <= REMEMBERED) break;
      this.#slots.delete(oldest);
    }
    return slot;
  }

  /** @param {number} slot @returns {boolean} whether a job on the charts has it, and another slot is free */
  #isHeld(slot) {
    const held = new Set([...this.#held].map((id) => this.#slots.get(id)));
    return held.has(slot) && held.size < SLOTS;
  }

  /** @param {number[]} uses on the charts now, per slot @returns {number} among the least used, the one given longest ago */
  #longestUnused(uses) {
    const fewest = Math.min(...uses);
    const given = [...this.#slots.values()];
    const free = uses.flatMap((count, i) => (count === fewest ? [i + 1] : []));
    return free.reduce((best, slot) => (given.lastIndexOf(slot) < given.lastIndexOf(best) ? slot : best));
  }
}
