/** The figures as they were at a step. Rule: pure; the same words as now's, of what was known then. */

import { bestOf } from "../charts/gap.js";
import { figuresOf } from "../jobs/tiles.js";
import { foldAt } from "./moments.js";

/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../jobs/words.js").Job} Job */

/**
 * @param {JobFold} fold @param {Job} job @param {ArrayLike<number>} smoothedLoss of every training row @param {number} step
 * @returns {Record<string, import("../jobs/tiles.js").Figure | null>} without a speed, which is now's
 */
export function figuresAt(fold, job, smoothedLoss, step) {
  const then = foldAt(fold, step);
  const rows = then.splits.train.length;
  const loss = rows && rows <= smoothedLoss.length ? [smoothedLoss[rows - 1]] : [];
  return { ...figuresOf(then, { ...job, best: bestOf(then) }, loss), speed: null };
}
