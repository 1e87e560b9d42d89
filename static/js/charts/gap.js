/**
 * The generalization gap: training samples measured as validation is, and what lies between the two.
 * Rule: pure; a gap is drawn only between figures of the same step.
 */

import { countUpTo } from "../log/columns.js";
import { stepsX } from "./curves.js";
import { remeasured } from "./remeasured.js";

/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("./curves.js").Axis} Axis */
/** @typedef {import("./curves.js").Metric} Metric */
/** @typedef {{epoch: number, step: number, accuracy: number, loss: number,
 *   test: {accuracy: number, loss: number} | null}} Best */
/** @typedef {{x: (number | null)[], y: (number | null)[]}} Outline null between two pieces */

const FAR = 0.12; // of the steps measured; a straight line over more than that, and over an epoch, says too much

/** @param {import("../log/columns.js").Columns} split @param {number} step @returns {number} its row, -1 without */
function rowAt(split, step) {
  const steps = /** @type {Int32Array} */ (split.column("step"));
  const row = countUpTo(steps, step) - 1;
  return row >= 0 && steps[row] === step ? row : -1;
}

/**
 * @param {JobFold} fold @param {Metric} metric @param {Axis} axis @param {number} stepsPerEpoch
 * @returns {Outline | null} along the training figures and back along those of validation, or of test where nothing
 *   is held out, in pieces where too much lies between two; null where there is none
 */
export function gapOutline(fold, metric, axis, stepsPerEpoch) {
  const held = fold.splits.validation.length ? fold.splits.validation : fold.splits.test;
  const values = held.column(metric);
  const { steps, values: trained } = remeasured(fold, metric);
  const both = steps.map((step, i) => ({ step, train: trained[i], held: values[rowAt(held, step)] ?? NaN }));
  const seen = both.filter((one) => Number.isFinite(one.train) && Number.isFinite(one.held));
  const x = stepsX(fold, seen.map(({ step }) => step), axis, stepsPerEpoch);
  const far = seen.length ? Math.max(1.5 * stepsPerEpoch, FAR * (seen[seen.length - 1].step - seen[0].step)) : 0;
  /** @type {Outline} */
  const outline = { x: [], y: [] };
  let first = 0;
  for (let i = 1; i <= seen.length; i += 1) {
    if (i < seen.length && seen[i].step - seen[i - 1].step <= far) continue;
    if (i - first > 1) {
      const xs = x.slice(first, i);
      const piece = seen.slice(first, i);
      outline.x.push(...xs, ...xs.toReversed(), null);
      outline.y.push(...piece.map(({ train }) => train), ...piece.map(({ held: other }) => other).toReversed(), null);
    }
    first = i;
  }
  return outline.x.length ? outline : null;
}

/**
 * The newest gap in accuracy after an epoch.
 * @param {JobFold} fold
 * @returns {{epoch: number, train: number, held: number} | null} null until both were measured after one
 */
export function newestGap(fold) {
  const held = fold.splits.validation.length ? fold.splits.validation : fold.splits.test;
  const { steps, values } = remeasured(fold, "accuracy");
  for (let i = steps.length - 1; i >= 0; i -= 1) {
    const row = rowAt(held, steps[i]);
    const epoch = row < 0 ? 0 : held.column("epoch")[row];
    if (epoch > 0) return { epoch, train: values[i], held: held.column("accuracy")[row] };
  }
  return null;
}

/** @type {WeakMap<JobFold, {generation: number, rows: number, best: number}>} how far each fold was looked through */
const looked = new WeakMap();

/**
 * The best epoch by validation: highest accuracy, of equals the lower loss, then the earlier one.
 * @param {JobFold} fold
 * @returns {Best | null} null where nothing is held out, and before there is something to choose from
 */
export function bestOf(fold) {
  const { validation, test } = fold.splits;
  if (validation.length < 2) return null;
  const accuracy = validation.column("accuracy");
  const loss = validation.column("loss");
  const known = looked.get(fold);
  const goesOn = known && known.generation === fold.generation && known.rows <= validation.length;
  let best = goesOn ? known.best : 0;
  const rank = (/** @type {number} */ row) => (Number.isNaN(loss[row]) ? -Infinity : -loss[row]);
  for (let row = goesOn ? known.rows : 1; row < validation.length; row += 1) {
    if (accuracy[row] > accuracy[best] || (accuracy[row] === accuracy[best] && rank(row) > rank(best))) best = row;
  }
  looked.set(fold, { generation: fold.generation, rows: validation.length, best });
  const step = validation.column("step")[best];
  const tested = rowAt(test, step);
  return {
    epoch: validation.column("epoch")[best],
    step,
    accuracy: accuracy[best],
    loss: loss[best],
    test: tested < 0 ? null : { accuracy: test.column("accuracy")[tested], loss: test.column("loss")[tested] },
  };
}
