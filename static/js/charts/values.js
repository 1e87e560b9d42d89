/**
 * What a job's curves say at one place of the horizontal axis. Rule: pure; a value is the one that was known there:
 * the step's own, and the last evaluation up to it.
 */

import { countUpTo } from "../log/columns.js";
import { trainAxis } from "./axis.js";

/** @typedef {import("./curves.js").Metric} Metric */
/** @typedef {import("./picture.js").Shown} Shown */
/** @typedef {{step: number, epoch: number, every: boolean, raw: number, smooth: number, validation: number | null,
 *   test: number | null}} Values `every`: no step was left out around it, else there is no `smooth` */
/** @typedef {{ofFold: (fold: import("../log/fold.js").JobFold, metric: Metric) => ArrayLike<number>,
 *   ofPiece: (piece: import("../log/detail.js").Piece, metric: Metric) => ArrayLike<number>}} Smoothed */

/** @param {import("../log/decode.js").Column} sorted @param {number} value @returns {number} index of the nearest, -1 without any */
function nearest(sorted, value) {
  const after = countUpTo(sorted, value);
  if (after === sorted.length) return after - 1;
  return after > 0 && value - sorted[after - 1] <= sorted[after] - value ? after - 1 : after;
}

/**
 * @param {Shown} shown
 * @param {Metric} metric
 * @param {import("./axis.js").Axis} axis
 * @param {number} x
 * @param {number} slack in x; further from the job's rows it has no values
 * @param {Smoothed} smoothed
 * @returns {Values | null}
 */
export function valuesAt({ fold, stepsPerEpoch }, metric, axis, x, slack, smoothed) {
  const { column, scale } = trainAxis(fold, axis, stepsPerEpoch);
  const { train } = fold.splits;
  const xs = train.column(column);
  if (!xs.length || x < xs[0] * scale - slack || x > xs[xs.length - 1] * scale + slack) return null;
  let row = nearest(xs, x / scale);
  const isSampled = row < fold.sampledRows;
  const guess = column === "step" ? Math.round(x / scale) : train.column("step")[row];
  const piece = isSampled ? fold.detail.at(guess) : null;
  if (piece) row = nearest(piece.rows[column], x / scale);
  const of = (/** @type {string} */ name) => (piece ? piece.rows[name] : train.column(name))[row];
  const every = piece ? piece.every : !isSampled;
  const average = piece ? smoothed.ofPiece(piece, metric) : smoothed.ofFold(fold, metric);
  const step = of("step");
  const evaluated = (/** @type {"validation" | "test"} */ split) => {
    const before = countUpTo(/** @type {Int32Array} */ (fold.splits[split].column("step")), step);
    return before ? fold.splits[split].column(metric)[before - 1] : null;
  };
  return {
    step,
    epoch: of("epoch"),
    every,
    raw: of(metric),
    smooth: every ? average[row] : NaN,
    validation: evaluated("validation"),
    test: evaluated("test"),
  };
}
