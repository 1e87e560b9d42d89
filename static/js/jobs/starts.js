/**
 * When a waiting job may start: when those that train are done, as far as they know. Rule: pure; nothing is said where
 * a slot's time left, or what device it will be, is not known.
 */

import { about } from "../format.js";

/** @typedef {import("./words.js").Job} Job */
/** @typedef {{name: string, slots?: number}} Device */

const HOLDING = new Set(["starting", "running", "stopping"]); // a paused one gives its slot to who waits

/** @param {Job} job @param {Device[]} devices @returns {Device | null} where it will train */
function deviceOf(job, devices) {
  if (devices.length === 1) return devices[0];
  return devices.find(({ name }) => name === job.config.device) ?? null;
}

/**
 * @param {Job} job
 * @param {Job[]} jobs all that are known
 * @param {Device[]} devices with their slots
 * @returns {number | null} seconds until a slot is free for it, at most: one ahead of it may be done sooner than they
 */
export function startsIn(job, jobs, devices) {
  const device = deviceOf(job, devices);
  const position = job.status === "queued" ? job.queue_position : null;
  if (!device || !position) return null;
  const holding = jobs.filter((one) => HOLDING.has(one.status) && (one.device ?? one.config.device) === device.name);
  const left = holding.flatMap((one) => (one.status === "running" ? (one.eta_seconds ?? []) : []));
  if (holding.length !== device.slots || left.length !== holding.length) return null; // one starts at once, is not listed, or does not know
  return left.sort((a, b) => a - b)[position - 1] ?? null;
}

/** @param {Job} job @param {Job[]} jobs @param {Device[]} devices @returns {string} `in about 2 min`; empty where it is not known */
export function startsWords(job, jobs, devices) {
  const seconds = startsIn(job, jobs, devices);
  if (seconds === null) return "";
  return `${job.queue_position === 1 ? "in" : "within"} about ${about(seconds)}`;
}
