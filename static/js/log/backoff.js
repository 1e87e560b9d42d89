/**
 * How long to wait before the next attempt to connect. Rule: doubling, with jitter, up to a bound.
 */

const FIRST = 250; // ms
const LONGEST = 15_000; // ms
const JITTER = 0.3; // share of the delay that is drawn

export class Backoff {
  #failures = 0;
  #random;

  /** @param {() => number} [random] 0..1 */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /** @returns {number} ms to wait after one more failure */
  next() {
    const delay = Math.min(LONGEST, FIRST * 2 ** this.#failures);
    this.#failures += 1;
    return Math.round(delay * (1 - JITTER * this.#random()));
  }

  /** A connection that delivered something starts the count anew. */
  reset() {
    this.#failures = 0;
  }
}
