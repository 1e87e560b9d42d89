/**
 * What can be asked of a job, and what was asked and is not done yet.
 * Rule: pure; a wish is fulfilled when the server's own words about the job show it, never because it was sent.
 */

import { hasDiverged } from "../jobs/words.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {"pause" | "resume" | "step" | "stop"} Action */
/** @typedef {{action: Action, attempt: number, step: number | null, until: number}} Wish */

/** The statuses in which an action makes sense. */
const WHERE = /** @type {Record<Action, Set<string>>} */ ({
  pause: new Set(["queued", "starting", "running"]),
  resume: new Set(["paused", "stopped", "failed", "interrupted"]),
  step: new Set(["paused"]),
  stop: new Set(["queued", "starting", "running", "paused"]),
});
const PATIENCE = 60_000; // ms; then the button can be pressed again

/** @param {Job} job @param {Action} action @returns {boolean} */
export function makesSense(job, action) {
  if (action === "resume" && hasDiverged(job)) return false;
  return WHERE[action].has(job.status) || (action === "stop" && job.will_restart === true);
}

/** @param {Job} job @returns {boolean} whether there is something that a stop could leave unsaved */
export function hasUnsaved(job) {
  return job.status === "running";
}

export class Asked {
  /** @type {Map<string, Wish>} by job */
  #wishes = new Map();
  #now;

  /** @param {() => number} [now] ms */
  constructor(now = Date.now) {
    this.#now = now;
  }

  /** @param {Job} job @param {Action} action */
  ask(job, action) {
    const { attempt, step } = job;
    this.#wishes.set(job.id, { action, attempt, step, until: this.#now() + PATIENCE });
  }

  /** It was refused. @param {string} id */
  forget(id) {
    this.#wishes.delete(id);
  }

  /** @param {Job} job as it is now @returns {Action | null} what it was asked for and has not done */
  of(job) {
    const wish = this.#wishes.get(job.id);
    if (!wish) return null;
    const stepped = wish.action === "step" && job.step !== wish.step;
    const done = !makesSense(job, wish.action) || job.attempt !== wish.attempt || stepped;
    if (!done && this.#now() < wish.until) return wish.action;
    this.#wishes.delete(job.id);
    return null;
  }
}
