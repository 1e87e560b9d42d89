/**
 * From a job's folded log to the curves of one chart, at the chart's width.
 * Rule: knows no drawing library and no document; everything it returns is meant to be drawn.
 */

import { leastWidth } from "../log/detail.js";
import { stepsSeen, stepsX, trainAxis } from "./axis.js";
import { remeasured } from "./remeasured.js";
import { runsOf } from "./runs.js";
import { sample } from "./sample.js";

/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("./axis.js").Axis} Axis */
/** @typedef {"loss" | "accuracy"} Metric */
/** @typedef {"sampled" | "raw" | "smooth" | "validation" | "test" | "remeasured" | "non_finite"} Role */
/** @typedef {{role: Role, x: number[], y: number[], text?: string[]}} Curve */
/** @typedef {{axis: Axis, stepsPerEpoch: number, from: number, to: number, columns: number, apart?: number}} View
 *   `apart`: pixels between markers, where others than usual */
/** @typedef {(piece: import("../log/detail.js").Piece) => ArrayLike<number>} SmoothPiece its causal average */

export { newestX, stepsX } from "./axis.js";

const RAW_COLUMN = 1.5; // pixels a raw point pair shares; finer is not seen in a thin translucent line
const APART = 12; // pixels between markers: each is a node in the document, and nodes are what costs

/** A line in the making. Two lines that take turns share the point where they meet. */
class Line {
  /** @type {Curve} */
  curve;

  /** @param {Role} role */
  constructor(role) {
    this.curve = { role, x: [], y: [] };
  }

  get end() {
    const { x, y } = this.curve;
    return x.length ? { x: x[x.length - 1], y: y[y.length - 1] } : null;
  }

  /** Leaves a hole. */
  rest() {
    if (this.end) this.#push(this.end.x, NaN);
  }

  /** @param {import("./sample.js").Sampled} points @param {Line} [before] the line that came up to here */
  add({ x, y }, before) {
    if (before && before !== this) {
      this.rest();
      if (before.end) this.#push(before.end.x, before.end.y);
    }
    for (let i = 0; i < x.length; i += 1) this.#push(x[i], y[i]);
  }

  /** @param {number} x @param {number} y */
  #push(x, y) {
    this.curve.x.push(x);
    this.curve.y.push(y);
  }
}

/**
 * The training rows: every step thin with its average, a sample's extremes a little stronger and without one.
 * @param {JobFold} fold
 * @param {Metric} metric
 * @param {ArrayLike<number>} smoothed
 * @param {View} view
 * @param {SmoothPiece} [smoothPiece]
 * @returns {{curves: Curve[], nonFinite: {x: number, value: number}[]}}
 */
function trained(fold, metric, smoothed, { axis, stepsPerEpoch, from, to, columns }, smoothPiece) {
  const { column, scale } = trainAxis(fold, axis, stepsPerEpoch);
  const thin = { from, to, columns: Math.ceil(columns / RAW_COLUMN), scale };
  const [sampled, raw, smooth] = [new Line("sampled"), new Line("raw"), new Line("smooth")];
  const least = fold.sampledRows ? leastWidth(stepsSeen(fold, axis, stepsPerEpoch, [from, to])) : 0;
  const nonFinite = [];
  /** @type {Line | undefined} */
  let before;
  for (const { every, piece, first, end, column: of } of runsOf(fold, undefined, least)) {
    const xs = of(column).subarray(first, end);
    const isAside = xs.length > 0 && (xs[0] * scale > to || xs[xs.length - 1] * scale < from);
    if (isAside && fold.sampledRows) continue;
    const points = sample(xs, of(metric).subarray(first, end), thin);
    const line = every ? raw : sampled;
    line.add(points, before);
    nonFinite.push(...points.nonFinite);
    const average = piece ? smoothPiece?.(piece) : smoothed;
    if (every && average?.length) {
      const part = /** @type {Float32Array} */ (average).subarray(first, end);
      if (before !== raw) smooth.rest();
      smooth.add(sample(xs, part, { ...thin, columns: Math.ceil(columns / 2) }));
    }
    before = line;
  }
  const lines = fold.sampledRows ? [sampled, raw, smooth] : [raw, smooth];
  return { curves: lines.map(({ curve }) => curve), nonFinite };
}

/**
 * The curves of one job.
 * @param {JobFold} fold
 * @param {Metric} metric
 * @param {ArrayLike<number>} smoothed the train column's causal average
 * @param {View} view
 * @param {SmoothPiece} [smoothPiece] without it finer pieces of a sample have no smoothed line
 * @returns {Curve[]}
 */
export function curvesOf(fold, metric, smoothed, view, smoothPiece) {
  const { axis, stepsPerEpoch, from, to, columns, apart = APART } = view;
  const { curves, nonFinite } = trained(fold, metric, smoothed, view, smoothPiece);
  const lost = nonFinite.map((mark) => ({ ...mark, split: "train" }));
  for (const split of /** @type {const} */ (["validation", "test"])) {
    const at = stepsX(fold, fold.splits[split].column("step"), axis, stepsPerEpoch);
    const marks = sample(at, fold.splits[split].column(metric), { from, to, columns: columns / apart });
    lost.push(...marks.nonFinite.map((mark) => ({ ...mark, split })));
    curves.push({ role: split, x: marks.x, y: marks.y });
  }
  const again = remeasured(fold, metric);
  if (again.steps.length) {
    const at = stepsX(fold, again.steps, axis, stepsPerEpoch);
    const { x, y } = sample(at, again.values, { from, to, columns: columns / apart });
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
