/**
 * A training as it was: the moments at which it was looked at, and its log up to one of them.
 * Rule: pure; what came later is not known then, the best epoch included.
 */

import { countUpTo } from "../log/columns.js";

/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../log/columns.js").Columns} Columns */
/** @typedef {{step: number, epoch: number}} Place */
/** @typedef {{length: number, column: (name: string) => ArrayLike<number>, last: (name: string) => number}} Rows */

/** @param {JobFold} fold @param {string[]} kinds of snapshots @returns {Place[]} every evaluation and picture, by step */
export function placesOf(fold, kinds) {
  /** @type {Map<number, number>} */
  const epochs = new Map();
  for (const { step, epoch } of kinds.flatMap((kind) => fold.snapshots.of(kind))) epochs.set(step, epoch);
  for (const rows of [fold.splits.validation, fold.splits.test]) {
    const [steps, numbers] = [rows.column("step"), rows.column("epoch")];
    for (let i = 0; i < rows.length; i += 1) epochs.set(steps[i], numbers[i]);
  }
  return [...epochs].map(([step, epoch]) => ({ step, epoch })).sort((a, b) => a.step - b.step);
}

/** @param {readonly {step: number}[]} places by step @param {number} step @returns {number} index of the last one at or before it; -1 without */
export function lastUpTo(places, step) {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle].step <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** @param {Columns} columns @param {number} step @returns {Rows} those up to it, without a copy */
function rowsUpTo(columns, step) {
  const length = countUpTo(columns.column("step"), step);
  return {
    length,
    column: (name) => columns.column(name).subarray(0, length),
    last: (name) => (length ? columns.column(name)[length - 1] : NaN),
  };
}

/** @param {JobFold} fold @param {number} step @returns {JobFold} rows and pictures up to that step; for reading only */
export function foldAt(fold, step) {
  const train = rowsUpTo(fold.splits.train, step);
  const seen = {
    splits: { train, validation: rowsUpTo(fold.splits.validation, step), test: rowsUpTo(fold.splits.test, step) },
    snapshots: { of: (/** @type {string} */ kind) => fold.snapshots.of(kind).filter((one) => one.step <= step) },
    sampledRows: Math.min(train.length, fold.sampledRows),
    generation: fold.generation,
  };
  return /** @type {any} */ (seen);
}
