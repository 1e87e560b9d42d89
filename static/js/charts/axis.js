/**
 * The horizontal axis: where rows and steps stand on it, and which steps a part of it shows.
 * Rule: pure; a step's place follows from the log alone.
 */

import { countUpTo } from "../log/columns.js";

/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../log/detail.js").Span} Span */
/** @typedef {"step" | "epoch" | "time" | "wall"} Axis `time`: of training alone; `wall`: since the training began */

const SLIP = 1e-6; // of a step; 0.7 / 0.1 is a little less than 7

/**
 * @param {JobFold} fold
 * @param {Axis} axis
 * @param {number} stepsPerEpoch
 * @returns {{column: string, scale: number}} the train column that is x, and its factor
 */
export function trainAxis(fold, axis, stepsPerEpoch) {
  if (axis === "time") return { column: "train_seconds", scale: 1 };
  if (axis === "wall") return { column: "wall_seconds", scale: 1 };
  return { column: "step", scale: axis === "epoch" && stepsPerEpoch > 0 ? 1 / stepsPerEpoch : 1 };
}

/** @param {JobFold} fold @param {Axis} axis @param {number} stepsPerEpoch @returns {number} newest x */
export function newestX(fold, axis, stepsPerEpoch) {
  const { column, scale } = trainAxis(fold, axis, stepsPerEpoch);
  const newest = fold.splits.train.last(column) * scale;
  return Number.isFinite(newest) ? newest : 0;
}

/**
 * Where the moment after a step stands on the axis; on time at the seconds by then.
 * @param {JobFold} fold
 * @param {ArrayLike<number>} steps
 * @param {Axis} axis
 * @param {number} stepsPerEpoch
 * @returns {number[]}
 */
export function stepsX(fold, steps, axis, stepsPerEpoch) {
  const { column } = trainAxis(fold, axis, stepsPerEpoch);
  if (column === "step") {
    const scale = axis === "epoch" && stepsPerEpoch > 0 ? 1 / stepsPerEpoch : 1;
    return Array.from(steps, (step) => step * scale);
  }
  const trained = fold.splits.train.column("step");
  const seconds = fold.splits.train.column(column);
  const beginning = trained[0] > 1 ? seconds[0] : 0; // a fork goes on from its parent's seconds
  return Array.from(steps, (step) => {
    const rows = countUpTo(trained, step);
    const piece = rows && rows <= fold.sampledRows ? fold.detail.at(step) : null;
    const finer = piece ? countUpTo(/** @type {Int32Array} */ (piece.rows.step), step) : 0;
    if (piece && finer) return piece.rows[column][finer - 1];
    return rows ? seconds[rows - 1] : beginning;
  });
}

/**
 * @param {JobFold} fold
 * @param {Axis} axis
 * @param {number} stepsPerEpoch
 * @param {[number, number]} seen on the axis
 * @returns {Span} the steps there; on another axis than the steps' a little more where rows are far apart
 */
export function stepsSeen(fold, axis, stepsPerEpoch, [from, to]) {
  const { column, scale } = trainAxis(fold, axis, stepsPerEpoch);
  if (column === "step") return { from: Math.ceil(from / scale - SLIP), to: Math.floor(to / scale + SLIP) };
  const xs = /** @type {Float64Array} */ (fold.splits.train.column(column));
  const steps = fold.splits.train.column("step");
  const last = steps.length - 1;
  const [before, after] = [countUpTo(xs, from) - 1, countUpTo(xs, to)];
  return { from: steps[Math.max(0, before)] ?? 0, to: steps[Math.min(last, after)] ?? 0 };
}
