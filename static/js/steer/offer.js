/** What a fork is offered with. Rule: pure; a fork as offered can be started. */

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./steering.js").Saved} Saved */

/**
 * @param {Job} job
 * @param {Saved} saved the checkpoint to go on from
 * @param {Record<string, any>} config as it was there
 * @returns {Record<string, any>} changes; at the end of a training as many epochs again, else none
 */
export function offerAt(job, { step, epoch }, { epochs }) {
  const atEnd = epoch >= epochs && step >= (job.total_steps ?? Infinity);
  return atEnd ? { epochs: epoch + epochs } : {};
}
