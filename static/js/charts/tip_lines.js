/**
 * Lines for the rows that came since a chart was drawn. Rule: pure; they begin at the last row drawn, within two
 * pixels of where its curves end, and stand where a drawing would put them.
 */

import { trainAxis } from "./axis.js";
import { sample } from "./sample.js";

/** @typedef {import("./axis.js").Axis} Axis */
/** @typedef {import("./curves.js").Metric} Metric */
/** @typedef {import("./picture.js").Shown} Shown */
/** @typedef {{rows: number, generation: number}} End how far a job's curves came */
/** @typedef {{x: [number, number], y: [number, number], logarithmic: boolean, width: number, height: number}} Frame
 *   what a chart shows, as it was drawn; `y` in decades when logarithmic; pixels */
/** @typedef {{role: "raw" | "smooth", slot: number, d: string}} TipLine `d`: an SVG path in pixels of the frame */

const POINTS_APART = 1; // pixels a pair of points shares

/** @param {Shown} shown @returns {End} */
export function endOf({ fold }) {
  return { rows: fold.splits.train.length, generation: fold.generation };
}

/**
 * @param {Metric} metric
 * @param {Shown} shown
 * @param {End | undefined} end of its curves on the chart; without one, or once rows were voided, a drawing has to come
 * @param {Frame} frame
 * @param {{axis: Axis, smoothed: ArrayLike<number>}} view `smoothed`: the causal average of all rows
 * @returns {TipLine[]}
 */
export function tipLines(metric, { fold, slot, stepsPerEpoch }, end, frame, { axis, smoothed }) {
  const { train } = fold.splits;
  if (!end || end.generation !== fold.generation || train.length <= end.rows) return [];
  const { column, scale } = trainAxis(fold, axis, stepsPerEpoch);
  const first = Math.max(0, end.rows - 1); // the last row drawn is where they meet
  const xs = train.column(column).subarray(first);
  const view = { from: frame.x[0], to: frame.x[1], columns: frame.width / POINTS_APART, scale };
  const columns = /** @type {const} */ ([["raw", train.column(metric)], ["smooth", smoothed]]);
  return columns
    .map(([role, ys]) => ({ role, slot, d: pathOf(sample(xs, /** @type {Float32Array} */ (ys).subarray(first), view), frame) }))
    .filter(({ d }) => d);
}

/** @param {{x: number[], y: number[]}} points @param {Frame} frame @returns {string} with a hole where nothing can stand */
function pathOf({ x: xs, y: ys }, { x, y, logarithmic, width, height }) {
  const parts = [];
  let pen = "M";
  for (let i = 0; i < xs.length; i += 1) {
    const left = ((xs[i] - x[0]) / (x[1] - x[0])) * width;
    const top = height - (((logarithmic ? Math.log10(ys[i]) : ys[i]) - y[0]) / (y[1] - y[0])) * height;
    if (!Number.isFinite(left) || !Number.isFinite(top)) pen = "M";
    else {
      parts.push(`${pen}${left.toFixed(1)},${top.toFixed(1)}`);
      pen = "L";
    }
  }
  return parts.some((part) => part[0] === "L") ? parts.join("") : "";
}
