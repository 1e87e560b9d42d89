/** How much of a long job's steps is seen, in words. Rule: pure; what is not drawn is said, and what to do about it. */

import { WHOLE } from "../log/detail.js";
import { count } from "../format.js";

/** @param {import("./finer.js").Resolution} resolution @returns {string} */
export function resolutionWords(resolution) {
  return {
    none: "",
    sampled: "a sample of the steps, every extreme kept; zoom in for single steps",
    coming: "finer steps are coming…",
    finer: `a finer sample, every extreme kept; zoom in to ${count(WHOLE)} steps for each of them and its smoothing`,
    every: "every step",
    failed: "finer steps could not be fetched, the sample is shown; it is tried again",
  }[resolution];
}
