/** What can be adjusted of a job. Rule: pure; the server says which fields, by the checks it refuses others with. */

import { isDone } from "../jobs/words.js";

/** @typedef {import("../jobs/words.js").Job} Job */

/** @param {Job} job @param {string} field @returns {boolean} whether the training can take another value of it */
export function canAdjust(job, field) {
  return job.adjustable?.includes(field) ?? false;
}

/** @param {Job} job @returns {boolean} whether anything can be adjusted now */
export function isAdjustable(job) {
  return !isDone(job) && job.status !== "stopping" && Boolean(job.adjustable?.length);
}
