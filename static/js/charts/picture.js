/**
 * What one chart shows: series, ranges and labels, from the folds of the jobs shown.
 * Rule: pure; what was zoomed keeps its range, everything else follows the newest point.
 */

import { curvesOf, newestX } from "./curves.js";
import { accuracyExtent, lossExtent, xExtent } from "./extent.js";
import { marksOf } from "./marks.js";

/** @typedef {import("./curves.js").Axis} Axis */
/** @typedef {import("./curves.js").Metric} Metric */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {[number, number]} Range */
/** @typedef {{id: string, label: string, slot: number, fold: JobFold, stepsPerEpoch: number,
 *   totalSteps: number | null, done: boolean}} Shown */
/** @typedef {{label: string, slot: number, curves: import("./curves.js").Curve[],
 *   marks: import("./marks.js").Mark[]}} Series */
/** @typedef {{series: Series[], x: Range, y: Range, logarithmic: boolean, xTitle: string, share: boolean,
 *   counted: boolean, isEmpty: boolean}} Picture */

const NOISY = new Set(["sampled", "raw"]);
const EVALUATED = new Set(["validation", "test"]);
const X_TITLES = { step: "step", epoch: "epoch", time: "training time, s" };

/** @param {Shown} shown @param {Axis} axis @returns {number | null} x at the end of the training, when known */
function endOf({ fold, stepsPerEpoch, totalSteps, done }, axis) {
  if (done) return newestX(fold, axis, stepsPerEpoch);
  if (axis === "time" || !totalSteps) return null;
  return axis === "epoch" && stepsPerEpoch ? totalSteps / stepsPerEpoch : totalSteps;
}

/** @param {Shown[]} shown @param {Axis} axis @returns {Range} all that there is, with a little room */
export function wholeExtent(shown, axis) {
  const newest = Math.max(0, ...shown.map(({ fold, stepsPerEpoch }) => newestX(fold, axis, stepsPerEpoch)));
  const ends = shown.map((one) => endOf(one, axis));
  const known = ends.every((end) => end !== null);
  return xExtent(newest, known ? Math.max(0, ...ends.map(Number)) || null : null);
}

/** @param {Series[]} series @param {(role: string) => boolean} which @returns {number[]} */
function ysOf(series, which) {
  return series.flatMap(({ curves }) => curves.filter(({ role }) => which(role)).flatMap(({ y }) => y));
}

/**
 * @param {Metric} metric
 * @param {Shown[]} shown
 * @param {{axis: Axis, x: Range, y: Range | null, logarithmic: boolean, columns: number,
 *   smoothed: (one: Shown) => ArrayLike<number>}} view `y` null follows the data
 * @returns {Picture}
 */
export function pictureOf(metric, shown, { axis, x, y, logarithmic, columns, smoothed }) {
  const series = shown.map((one) => {
    const view = { axis, stepsPerEpoch: one.stepsPerEpoch, from: x[0], to: x[1], columns };
    return {
      label: one.label,
      slot: one.slot,
      curves: curvesOf(one.fold, metric, smoothed(one), view),
      marks: marksOf(one.fold, view),
    };
  });
  const isLoss = metric === "loss";
  const follow = () =>
    isLoss
      ? lossExtent(ysOf(series, (role) => NOISY.has(role)), ysOf(series, (role) => EVALUATED.has(role)), logarithmic)
      : accuracyExtent();
  return {
    series,
    x,
    y: y ?? follow(),
    logarithmic: isLoss && logarithmic,
    xTitle: X_TITLES[axis],
    share: !isLoss,
    counted: axis !== "time",
    isEmpty: series.every(({ curves }) => curves.every((curve) => !curve.x.length)),
  };
}
