/**
 * How a long job is opened: by a sample of its rows and the entries beside them. Rule: a page whose address names one
 * asks for the same addresses in its head (app/early.py), so the answers come while its modules still load.
 */

import { SAMPLE_POINTS } from "./detail.js";

const REPLAYED = 200_000; // steps; the log of a longer job is opened by a sample
const WORDS = 10_000; // entries without rows read beside a sample
const WORDED = "status,note,change,checkpoint,rewind,snapshot,diagnosis";
export const SPLITS = /** @type {const} */ (["train", "validation", "test"]);

/** @param {number} steps of its own @returns {boolean} */
export function isSampled(steps) {
  return steps >= REPLAYED;
}

/** @param {string} id @returns {string} the path of the entries without rows */
export function wordsPath(id) {
  return `/api/jobs/${id}/log?types=${WORDED}&limit=${WORDS}`;
}

/** @param {string} id @param {string} split @returns {string} */
export function samplePath(id, split) {
  return `/api/jobs/${id}/metrics?split=${split}&max_points=${SAMPLE_POINTS}&at=true&encoding=typed`;
}
