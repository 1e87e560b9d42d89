/**
 * Training samples measured as validation is: in evaluation mode, after the epoch.
 * Rule: pure; one figure a snapshot of that kind.
 */

/** @typedef {import("../log/fold.js").JobFold} JobFold */

const REMEASURED = "train_evaluation";

/** @param {JobFold} fold @returns {number} how often training was measured anew */
export function remeasuredCount({ snapshots }) {
  return snapshots.of(REMEASURED).length;
}

/** @param {JobFold} fold @param {"loss" | "accuracy"} metric @returns {{steps: number[], values: number[]}} */
export function remeasured({ snapshots }, metric) {
  const there = snapshots.of(REMEASURED).filter(({ data }) => data !== undefined);
  return { steps: there.map(({ step }) => step), values: there.map(({ data }) => Number(data[metric])) };
}
