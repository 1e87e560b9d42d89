/** A job's state in words for people. Rule: pure; nothing is claimed that the job does not say. */

import { about, count, ordinal } from "../format.js";

/**
 * @typedef {{loss: number, accuracy: number} | null} Score
 * @typedef {{epoch: number, step: number, accuracy: number, loss: number, test: Score} | null} Best
 * @typedef {{id: string, name: string, status: string, reason: string | null, error: string | null,
 *   config: Record<string, any>, attempt: number, device: string | null, threads: number | null,
 *   created_at: string, started_at: string | null, finished_at: string | null, queue_position: number | null,
 *   epoch: number | null, step: number | null, total_steps: number | null, eta_seconds: number | null,
 *   train_seconds: number | null, images_per_second: number | null, best: Best,
 *   latest: {train: Score, validation: Score, test: Score} | null,
 *   original_config: Record<string, any>, will_restart?: boolean, data_fingerprint?: string | null,
 *   forked_from?: {job_id: string, step: number} | null, study_id?: string | null,
 *   adjustable?: string[], tags?: string[], notes?: string | null}} Job `adjustable`: fields that may change while it trains
 */

const STOPPABLE = new Set(["queued", "starting", "running", "paused"]);
const TERMINAL = new Set(["completed", "stopped", "failed", "interrupted"]);

const REASONS = /** @type {Record<string, string>} */ ({
  requested: "as requested",
  early_stopping: "early: the validation loss no longer fell",
  diverged: "the loss left the finite numbers",
  out_of_memory: "out of memory",
  worker_lost: "its process ended unexpectedly",
  data_error: "the data could not be read",
  start_failed: "it could not be started",
  error: "an error",
});

/** @param {Job} job @returns {string} the name a person gave it; empty where the server made one up */
export function givenName(job) {
  return job.config.name ? job.name : "";
}

/** @param {Job} job @returns {string} its name; a made-up one of a fork without the step, which its origin says */
export function calledWords(job) {
  return givenName(job) || !job.forked_from ? job.name : job.name.replace(/ · from step [\d,]+$/, "");
}

/** @param {Job} job */
export function isStoppable(job) {
  return STOPPABLE.has(job.status) || job.will_restart === true;
}

/** @param {Job} job @returns {string} what to stop it is called */
export function stopWords(job) {
  return job.will_restart ? "Do not restart" : "Stop";
}

/** @param {Job} job */
export function isDone(job) {
  return TERMINAL.has(job.status);
}

/** @param {Job} job @returns {boolean} whether going on can only end the same: every step and change comes again */
export function hasDiverged(job) {
  return job.status === "failed" && job.reason === "diverged";
}

/** @param {Job} job @param {import("../log/fold.js").JobFold | null} fold @returns {boolean} whether it has a checkpoint */
export function canFork(job, fold) {
  return Boolean(fold?.marks.checkpoints.length || job.forked_from);
}

/** @param {Job} job @returns {string} */
export function statusWords(job) {
  if (job.status !== "queued") return job.status;
  return job.queue_position ? `waiting, ${ordinal(job.queue_position)}` : "waiting";
}

/** @param {Job} job @returns {string} why it ended, in a few words, when there is more to say than the status */
export function reasonWords(job) {
  return job.reason ? reasonOf(job.reason) : "";
}

/** @param {string} reason of a status @returns {string} */
export function reasonOf(reason) {
  return REASONS[reason] ?? reason.replaceAll("_", " ");
}

/** @param {string} device as the server names it @returns {string} `CPU`, `GPU 0` */
export function deviceName(device) {
  return device === "cpu" ? "CPU" : device.replace("cuda:", "GPU ").replace("cuda", "GPU");
}

/** @param {Job} job @returns {string} why it ended, in full */
export function outcomeWords(job) {
  const words = job.error || reasonWords(job);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {Job} job @returns {number} how many epochs it has; what is fitted in one go has one */
export function epochsOf(job) {
  return Math.min(job.config.epochs, job.total_steps || Infinity);
}

/** @param {Job} job @returns {number} 0..1 */
export function progressShare(job) {
  if (job.status === "completed") return 1;
  return job.total_steps ? Math.min(1, (job.step ?? 0) / job.total_steps) : 0;
}

/** @param {Job} job @returns {string} time left, while there is any */
export function leftWords(job) {
  if (job.status !== "running" || job.eta_seconds == null) return "";
  return `${about(job.eta_seconds)} left`;
}

/** @param {Job} job @returns {string} a device in words: `CPU · 2 threads` */
export function deviceWords(job) {
  if (!job.device) return "";
  const threads = job.device === "cpu" && job.threads ? ` · ${count(job.threads)} thread${job.threads === 1 ? "" : "s"}` : "";
  return deviceName(job.device) + threads;
}

/**
 * @param {Job} job
 * @param {string} parent what to call it; empty when it is not listed, or was deleted
 * @returns {string} `fork of … at step 1,200`; empty for a job that is none
 */
export function originWords(job, parent) {
  if (!job.forked_from) return "";
  return `fork of ${parent || "a job not listed here"} at step ${count(job.forked_from.step)}`;
}

/**
 * @param {Job[]} jobs
 * @param {boolean} [more] whether there are others, not listed, of which nothing is known
 * @returns {string} `1 running · 1 paused · 2 waiting · 14 done`
 */
export function tallyWords(jobs, more = false) {
  const waiting = jobs.filter((job) => job.status === "queued").length;
  const paused = jobs.filter((job) => job.status === "paused").length;
  const done = jobs.filter(isDone).length;
  const running = jobs.length - waiting - paused - done;
  const said = Object.entries({ running, paused, waiting, done }).filter(([, amount]) => amount);
  return said.map(([what, amount]) => `${amount}${more ? "+" : ""} ${what}`).join(" · ");
}
