/**
 * One job, one colour, everywhere and after a reload. Rule: a slot once given stays with its job; jobs shown
 * together get different slots while there are enough. The colours themselves are tokens (--job-1 …).
 */

export const SLOTS = 8;
const REMEMBERED = 400; // jobs

export class Palette {
  /** @type {Map<string, number>} job id to slot, oldest first */
  #slots;

  /** @param {[string, number][]} [remembered] */
  constructor(remembered = []) {
    this.#slots = new Map(remembered.filter(([, slot]) => slot >= 1 && slot <= SLOTS));
  }

  /** @param {string} id @returns {number | null} */
  slotOf(id) {
    return this.#slots.get(id) ?? null;
  }

  /**
   * @param {string} id
   * @param {string[]} shown jobs on the charts
   * @returns {number} 1…SLOTS
   */
  assign(id, shown) {
    const known = this.#slots.get(id);
    if (known) return known;
    const uses = new Array(SLOTS).fill(0);
    for (const other of shown) {
      const slot = this.#slots.get(other);
      if (slot) uses[slot - 1] += 1;
    }
    const slot = this.#longestUnused(uses);
    this.#slots.set(id, slot);
    for (const oldest of this.#slots.keys()) {
      if (this.#slots.size <= REMEMBERED) break;
      this.#slots.delete(oldest);
    }
    return slot;
  }

  /** @param {number[]} uses on the charts now, per slot @returns {number} among the least used, the one given longest ago */
  #longestUnused(uses) {
    const fewest = Math.min(...uses);
    const given = [...this.#slots.values()];
    const free = uses.flatMap((count, i) => (count === fewest ? [i + 1] : []));
    return free.reduce((best, slot) => (given.lastIndexOf(slot) < given.lastIndexOf(best) ? slot : best));
  }

  /** @returns {[string, number][]} what a reload needs */
  remember() {
    return [...this.#slots];
  }
}
