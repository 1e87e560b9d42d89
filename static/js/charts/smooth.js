/**
 * The line through noisy steps: an exponential average, corrected for its start.
 * Rule: causal, and made of every step: it begins after a sample, whose rows were picked for being extreme. A
 * point depends on itself and the ones before it, so drawn points never move.
 *
 * m_n = beta m_(n-1) + (1 - beta) y_n, drawn as m_n / (1 - beta^n) (the correction of Adam, Kingma & Ba 2015).
 */

export class CausalAverage {
  #beta;
  #mean = 0;
  #weight = 0; // 1 - beta^n
  #length = 0;
  #generation = 0;
  #values = new Float32Array(1024);

  /** @param {number} beta 0 (no smoothing) up to below 1 */
  constructor(beta) {
    this.#beta = beta;
  }

  get beta() {
    return this.#beta;
  }

  /**
   * The smoothed values; only rows that are new since the last call are computed.
   * A value that is not finite leaves a hole and does not enter the average.
   * @param {ArrayLike<number>} values all rows so far
   * @param {number} generation another number than last time when earlier rows may have changed
   * @param {number} first row that counts; before it there are holes
   */
  over(values, generation = 0, first = 0) {
    if (generation !== this.#generation || values.length < this.#length) this.#restart(generation);
    this.#reserve(values.length);
    if (this.#length < first) {
      this.#values.fill(NaN, 0, first);
      this.#length = first;
    }
    for (let i = this.#length; i < values.length; i += 1) {
      const value = values[i];
      if (Number.isFinite(value)) {
        this.#mean = this.#beta * this.#mean + (1 - this.#beta) * value;
        this.#weight = this.#beta * this.#weight + (1 - this.#beta);
        this.#values[i] = this.#mean / this.#weight;
      } else {
        this.#values[i] = NaN;
      }
    }
    this.#length = values.length;
    return this.#values.subarray(0, this.#length);
  }

  /** @param {number} generation */
  #restart(generation) {
    this.#generation = generation;
    this.#length = 0;
    this.#mean = 0;
    this.#weight = 0;
  }

  /** @param {number} rows */
  #reserve(rows) {
    if (rows <= this.#values.length) return;
    let capacity = this.#values.length;
    while (capacity < rows) capacity *= 2;
    const grown = new Float32Array(capacity);
    grown.set(this.#values);
    this.#values = grown;
  }
}
