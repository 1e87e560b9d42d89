/**
 * Rows kept column by column in typed arrays that grow.
 * Rule: rows come in the order of their steps, so a rewind is a cut at the end.
 */

/** @typedef {import("./decode.js").Column} Column */
/** @typedef {"i4" | "f4" | "f8"} Kind */

const FIRST_CAPACITY = 1024; // rows
const ARRAYS = { i4: Int32Array, f4: Float32Array, f8: Float64Array };

/** @type {Readonly<Record<string, Kind>>} */
export const TRAIN_KINDS = Object.freeze({
  step: "i4",
  epoch: "i4",
  loss: "f4",
  accuracy: "f4",
  learning_rate: "f8",
  train_seconds: "f8",
  wall_seconds: "f8", // since the training began, pauses and evaluations included
});

/** @type {Readonly<Record<string, Kind>>} */
export const EVALUATION_KINDS = Object.freeze({ step: "i4", epoch: "i4", loss: "f4", accuracy: "f4" });

/**
 * @param {ArrayLike<number>} sorted ascending
 * @param {number} value
 * @param {number} [length] rows that count
 * @returns {number} how many of them are at most `value`
 */
export function countUpTo(sorted, value, length = sorted.length) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Columns {
  #kinds;
  #capacity = FIRST_CAPACITY;
  #length = 0;
  /** @type {Record<string, Column>} */
  #arrays = {};

  /** @param {Readonly<Record<string, Kind>>} kinds */
  constructor(kinds) {
    this.#kinds = kinds;
    for (const [name, kind] of Object.entries(kinds)) this.#arrays[name] = new ARRAYS[kind](this.#capacity);
  }

  get length() {
    return this.#length;
  }

  /** @param {string} name @returns {Column} the rows so far, without a copy */
  column(name) {
    return this.#arrays[name].subarray(0, this.#length);
  }

  /** @param {string} name @returns {number} the newest row's value, NaN without rows */
  last(name) {
    return this.#length ? this.#arrays[name][this.#length - 1] : NaN;
  }

  /** @param {Record<string, Column>} rows every column of equal length */
  append(rows) {
    const added = rows.step.length;
    this.#reserve(this.#length + added);
    for (const name of Object.keys(this.#kinds)) {
      const column = rows[name];
      if (column) this.#arrays[name].set(column, this.#length);
      else this.#arrays[name].fill(NaN, this.#length, this.#length + added);
    }
    this.#length += added;
  }

  /** @param {number} step @returns {number} rows removed: those after `step` */
  truncateAfter(step) {
    const kept = countUpTo(/** @type {Int32Array} */ (this.#arrays.step), step, this.#length);
    const removed = this.#length - kept;
    this.#length = kept;
    return removed;
  }

  /** @param {number} rows */
  #reserve(rows) {
    if (rows <= this.#capacity) return;
    while (this.#capacity < rows) this.#capacity *= 2;
    for (const [name, kind] of Object.entries(this.#kinds)) {
      const grown = new ARRAYS[kind](this.#capacity);
      grown.set(this.column(name));
      this.#arrays[name] = grown;
    }
  }
}
