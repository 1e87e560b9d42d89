/**
 * When the next drawing may happen. Rule: few and cheap. At most five a second in the whole page, and so rarely
 * that drawing takes a small share of the time, because the page often runs on the machine that trains.
 */

const SHORTEST = 200; // ms a drawing
const LONGEST = 3000; // ms a drawing; a slow machine still sees its curve move
const SHARE = 0.03; // of wall time that may go into drawing; painting adds about as much again
const OUTGROWN_SHARE = 0.1; // while curves leave their chart at its right, as a young one does; ever more rarely

export class Pacer {
  #now;
  #chargedAt = -Infinity;
  #drawings = 0; // in the last round
  #cost = 0; // ms, of a typical drawing

  /** @param {() => number} [now] ms, monotonic */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Milliseconds of a typical drawing, layout included. */
  get cost() {
    return this.#cost;
  }

  /** @param {{isOutgrown?: boolean}} [chart] whether a curve has come further than its chart reaches @returns {number} ms until a drawing is allowed; 0 when it is */
  wait({ isOutgrown = false } = {}) {
    const each = this.#cost / (isOutgrown ? OUTGROWN_SHARE : SHARE);
    const pause = this.#drawings * Math.min(LONGEST, Math.max(SHORTEST, each));
    return Math.max(0, this.#chargedAt + pause - this.#now());
  }

  /** @param {number} cost ms a round of drawings took, layout included @param {number} [drawings] in it */
  charge(cost, drawings = 1) {
    const each = cost / drawings;
    this.#cost = this.#cost ? 0.7 * this.#cost + 0.3 * each : each;
    this.#chargedAt = this.#now();
    this.#drawings = drawings;
  }
}
