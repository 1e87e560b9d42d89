/** The order of the jobs that wait. Rule: pure; positions are the server's, from 1. */

/** @typedef {import("./words.js").Job} Job */

/** @param {Job[]} jobs @returns {Job[]} those that wait, by position */
export function waitingOf(jobs) {
  return jobs.filter((job) => job.status === "queued" && job.queue_position).sort((a, b) => (a.queue_position ?? 0) - (b.queue_position ?? 0));
}

/**
 * @param {Job[]} waiting by position
 * @param {string[]} order of the ids as they were arranged; may be the first of them only
 * @param {string} id that was moved
 * @returns {number} its new position: that of the job whose place it took
 */
export function placed(waiting, order, id) {
  return waiting[order.indexOf(id)]?.queue_position ?? waiting.at(-1)?.queue_position ?? 1;
}
