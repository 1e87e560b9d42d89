/**
 * From a job's folded log to the curves of one chart, at the chart's width.
 * Rule: knows no drawing library and no document; everything it returns is meant to be drawn.
 */

import { countUpTo } from "../log/columns.js";
import { remeasured } from "./remeasured.js";
import { sample } from "./sample.js";

/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {"step" | "epoch" | "time"} Axis */
/** @typedef {"loss" | "accuracy"} Metric */
/** @typedef {"sampled" | "raw" | "smooth" | "validation" | "test" | "remeasured" | "non_finite"} Role */
/** @typedef {{role: Role, x: number[], y: number[], text?: string[]}} Curve */
/** @typedef {{axis: Axis, stepsPerEpoch: number, from: number, to: number, columns: number}} View */

const RAW_COLUMN = 1.5; // pixels a raw point pair shares; finer is not seen in a thin translucent line
const MARK_COLUMN = 12; // pixels between markers: each is a node in the document, and nodes are what costs

/**
 * @param {JobFold} fold
 * @param {Axis} axis
 * @param {number} stepsPerEpoch
 * @returns {{column: string, scale: number}} the train column that is x, and its factor
 */
export function trainAxis(fold, axis, stepsPerEpoch) {
  if (axis === "time") return { column: "train_seconds", scale: 1 };
  return { column: "step", scale: axis === "epoch" && stepsPerEpoch > 0 ? 1 / stepsPerEpoch : 1 };
}

/** @param {JobFold} fold @param {Axis} axis @param {number} stepsPerEpoch @returns {number} newest x */
export function newestX(fold, axis, stepsPerEpoch) {
  const { column, scale } = trainAxis(fold, axis, stepsPerEpoch);
  const newest = fold.splits.train.last(column) * scale;
  return Number.isFinite(newest) ? newest : 0;
}

/**
 * Where the moment after a step stands on the axis; on time at the seconds trained by then.
 * @param {JobFold} fold
 * @param {ArrayLike<number>} steps
 * @param {Axis} axis
 * @param {number} stepsPerEpoch
 * @returns {number[]}
 */
export function stepsX(fold, steps, axis, stepsPerEpoch) {
  if (axis !== "time") {
    const scale = axis === "epoch" && stepsPerEpoch > 0 ? 1 / stepsPerEpoch : 1;
    return Array.from(steps, (step) => step * scale);
  }
  const trained = fold.splits.train.column("step");
  const seconds = fold.splits.train.column("train_seconds");
  const beginning = trained[0] > 1 ? seconds[0] : 0; // a fork goes on from its parent's seconds
  return Array.from(steps, (step) => {
    const rows = countUpTo(trained, step);
    return rows ? seconds[rows - 1] : beginning;
  });
}

/**
 * The curves of one job.
 * @param {JobFold} fold
 * @param {Metric} metric
 * @param {ArrayLike<number>} smoothed the train column's causal average
 * @param {View} view
 * @returns {Curve[]}
 */
export function curvesOf(fold, metric, smoothed, { axis, stepsPerEpoch, from, to, columns }) {
  const { column, scale } = trainAxis(fold, axis, stepsPerEpoch);
  const xs = fold.splits.train.column(column);
  const thin = { from, to, columns: Math.ceil(columns / RAW_COLUMN), scale };
  const ys = fold.splits.train.column(metric);
  const first = Math.max(0, fold.sampledRows - 1); // the sample's last row joins the two lines
  const raw = sample(xs.subarray(first), ys.subarray(first), thin);
  const smooth = sample(xs, smoothed, { ...thin, columns: Math.ceil(columns / 2) });
  /** @type {Curve[]} */
  const curves = [
    { role: "raw", x: raw.x, y: raw.y },
    { role: "smooth", x: smooth.x, y: smooth.y },
  ];
  const lost = raw.nonFinite.map((mark) => ({ ...mark, split: "train" }));
  if (fold.sampledRows) {
    const picked = sample(xs.subarray(0, fold.sampledRows), ys.subarray(0, fold.sampledRows), thin);
    lost.unshift(...picked.nonFinite.map((mark) => ({ ...mark, split: "train" })));
    curves.unshift({ role: "sampled", x: picked.x, y: picked.y });
  }
  for (const split of /** @type {const} */ (["validation", "test"])) {
    const at = stepsX(fold, fold.splits[split].column("step"), axis, stepsPerEpoch);
    const marks = sample(at, fold.splits[split].column(metric), { from, to, columns: columns / MARK_COLUMN });
    lost.push(...marks.nonFinite.map((mark) => ({ ...mark, split })));
    curves.push({ role: split, x: marks.x, y: marks.y });
  }
  const again = remeasured(fold, metric);
  if (again.steps.length) {
    const at = stepsX(fold, again.steps, axis, stepsPerEpoch);
    const { x, y } = sample(at, again.values, { from, to, columns: columns / MARK_COLUMN });
    curves.push({ role: "remeasured", x, y });
  }
  if (lost.length) {
    curves.push({
      role: "non_finite",
      x: lost.map((mark) => mark.x),
      y: lost.map(() => NaN), // the chart puts them at its top
      text: lost.map((mark) => `${mark.split} ${metric} is ${mark.value}`),
    });
  }
  return curves;
}
