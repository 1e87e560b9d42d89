/**
 * What one chart shows: series, ranges and labels, from the folds of the jobs shown.
 * Rule: pure; what was zoomed keeps its range, everything else follows the newest point.
 */

import { count, decimal, percent } from "../format.js";
import { curvesOf, newestX, stepsX } from "./curves.js";
import { accuracyExtent, lossExtent, xExtent } from "./extent.js";
import { bestOf, gapOutline } from "./gap.js";
import { marksOf } from "./marks.js";

/** @typedef {import("./curves.js").Axis} Axis */
/** @typedef {import("./curves.js").Metric} Metric */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {[number, number]} Range */
/** @typedef {{id: string, label: string, slot: number, fold: JobFold, stepsPerEpoch: number,
 *   totalSteps: number | null, done: boolean}} Shown */
/** @typedef {{label: string, slot: number, curves: import("./curves.js").Curve[],
 *   marks: import("./marks.js").Mark[], gap: import("./gap.js").Outline | null, best: BestMark | null}} Series */
/** @typedef {{x: number, y: number, label: string, text: string}} BestMark */
/** @typedef {{series: Series[], x: Range, y: Range, logarithmic: boolean, xTitle: string, share: boolean,
 *   counted: boolean, isEmpty: boolean}} Picture */

const NOISY = new Set(["sampled", "raw"]);
const EVALUATED = new Set(["validation", "test", "remeasured"]);
export const X_TITLES = { step: "step", epoch: "epoch", time: "training time, s", wall: "time since the start, s" };

/** @param {Shown} shown @param {Axis} axis @returns {number | null} x at the end of the training, when known */
function endOf({ fold, stepsPerEpoch, totalSteps, done }, axis) {
  if (done) return newestX(fold, axis, stepsPerEpoch);
  if (axis === "time" || axis === "wall" || !totalSteps) return null;
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

/** @param {Metric} metric @param {Shown} shown @param {Axis} axis @returns {BestMark | null} where the best epoch stands */
function bestMark(metric, { fold, stepsPerEpoch }, axis) {
  const best = bestOf(fold);
  if (!best) return null;
  const value = (/** @type {{loss: number, accuracy: number}} */ scores) => (metric === "loss" ? decimal(scores.loss) : percent(scores.accuracy));
  const test = best.test ? `test ${value(best.test)}` : "test comes";
  const [x] = stepsX(fold, [best.step], axis, stepsPerEpoch);
  const text = `best by validation accuracy: epoch ${count(best.epoch)}, validation ${value(best)}, ${test}`;
  return { x, y: best[metric], label: `best · ${test}`, text };
}

/**
 * @param {Metric} metric
 * @param {Shown[]} shown the selected job last: its gap is shaded and its best epoch marked
 * @param {{axis: Axis, x: Range, y: Range | null, logarithmic: boolean, columns: number, apart?: number, gap?: boolean,
 *   smoothed: (one: Shown) => ArrayLike<number>,
 *   smoothPiece?: import("./curves.js").SmoothPiece}} view `y` null follows the data
 * @returns {Picture}
 */
export function pictureOf(metric, shown, { axis, x, y, logarithmic, columns, apart, gap = false, smoothed, smoothPiece }) {
  const series = shown.map((one, i) => {
    const isSelected = i === shown.length - 1;
    const view = { axis, stepsPerEpoch: one.stepsPerEpoch, from: x[0], to: x[1], columns, apart };
    return {
      label: one.label,
      slot: one.slot,
      curves: curvesOf(one.fold, metric, smoothed(one), view, smoothPiece),
      marks: marksOf(one.fold, view),
      gap: gap && isSelected ? gapOutline(one.fold, metric, axis, one.stepsPerEpoch) : null,
      best: isSelected ? bestMark(metric, one, axis) : null,
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
    counted: axis === "step" || axis === "epoch",
    isEmpty: series.every(({ curves }) => curves.every((curve) => !curve.x.length)),
  };
}
