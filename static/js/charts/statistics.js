/**
 * Figures of a range of a curve. Rule: pure; made of every step or not at all, as a sample's rows were picked for
 * being extreme. Values that are not finite are counted and left out.
 */

import { countUpTo } from "../log/columns.js";
import { stepsSeen, stepsX, trainAxis } from "./axis.js";
import { runsOf } from "./runs.js";

/** @typedef {import("../log/decode.js").Column} Column */
/** @typedef {import("../log/detail.js").Span} Span */
/** @typedef {import("./axis.js").Axis} Axis */
/** @typedef {import("./curves.js").Metric} Metric */
/** @typedef {import("./picture.js").Shown} Shown */
/** @typedef {{count: number, notFinite: number, least: number, greatest: number, mean: number, deviation: number,
 *   first: number, last: number, slope: number}} Statistics `deviation`: of a sample (n - 1); `slope`: of the line of
 *   least squares, a step */
/** @typedef {{step: Column, value: Column}} Part rows of one split */

const SLIP = 1e-6; // steps or seconds; 0.7 / 0.1 is a little less than 7

/** @param {Part[]} parts @returns {Statistics | null} null without a finite value */
export function statisticsOf(parts) {
  let [count, notFinite, least, greatest, first, last] = [0, 0, Infinity, -Infinity, NaN, NaN];
  let [mean, square, meanStep, squareStep, product] = [0, 0, 0, 0, 0]; // Welford's updates: no cancellation
  for (const { step, value } of parts) {
    for (let i = 0; i < value.length; i += 1) {
      const one = value[i];
      if (!Number.isFinite(one)) {
        notFinite += 1;
        continue;
      }
      count += 1;
      if (count === 1) first = one;
      last = one;
      least = Math.min(least, one);
      greatest = Math.max(greatest, one);
      const [off, offStep] = [one - mean, step[i] - meanStep];
      mean += off / count;
      meanStep += offStep / count;
      square += off * (one - mean);
      squareStep += offStep * (step[i] - meanStep);
      product += offStep * (one - mean);
    }
  }
  if (!count) return null;
  const deviation = count > 1 ? Math.sqrt(square / (count - 1)) : NaN;
  return { count, notFinite, least, greatest, mean, deviation, first, last, slope: squareStep > 0 ? product / squareStep : NaN };
}

/**
 * @param {Shown} shown
 * @param {Metric} metric
 * @param {Axis} axis
 * @param {[number, number]} range on the axis
 * @returns {{parts: Part[], lacking: Span | null}} the training rows there; `lacking`: steps that are not all here
 */
export function trainParts({ fold, stepsPerEpoch }, metric, axis, [from, to]) {
  const { column, scale } = trainAxis(fold, axis, stepsPerEpoch);
  const span = stepsSeen(fold, axis, stepsPerEpoch, [from, to]);
  const runs = runsOf(fold, span);
  /** @type {Part[]} */
  const parts = [];
  for (const { first, end, column: of } of runs) {
    const xs = /** @type {Float64Array} */ (of(column).subarray(first, end));
    const begin = countUpTo(xs, from / scale - SLIP);
    const beyond = countUpTo(xs, to / scale + SLIP);
    if (beyond <= begin) continue;
    const part = (/** @type {string} */ name) => of(name).subarray(first + begin, first + beyond);
    parts.push({ step: part("step"), value: part(metric) });
  }
  return { parts, lacking: runs.every(({ every }) => every) ? null : span };
}

/** @param {Shown} shown @param {Metric} metric @param {Axis} axis @param {[number, number]} range @param {"validation" | "test"} split @returns {Part} */
export function evaluatedPart({ fold, stepsPerEpoch }, metric, axis, [from, to], split) {
  const rows = fold.splits[split];
  const xs = Float64Array.from(stepsX(fold, rows.column("step"), axis, stepsPerEpoch));
  const first = xs.findIndex((x) => x >= from);
  const end = countUpTo(xs, to);
  const part = (/** @type {string} */ name) => rows.column(name).subarray(first === -1 ? end : first, end);
  return { step: part("step"), value: part(metric) };
}
