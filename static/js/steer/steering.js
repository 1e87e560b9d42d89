/**
 * What a reader asks of jobs, sent to the server. Rule: the answer is not shown; the list of jobs says what came of it.
 */

import { Asked } from "./asked.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("../jobs/feed.js").JobsFeed} JobsFeed */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./asked.js").Action} Action */
/** @typedef {{step: number, epoch: number, is_best: boolean, bytes: number, url: string}} Saved */

export class Steering extends EventTarget {
  #api;
  #feed;
  #asked = new Asked();
  /** Why changes of a job are not asked for, as the server's own refusals are told.
   * @type {(changes: Record<string, any>) => import("../api.js").Problem | null} */
  refusal = () => null;

  /** @param {Api} api @param {JobsFeed} feed */
  constructor(api, feed) {
    super();
    this.#api = api;
    this.#feed = feed;
  }

  /** @param {Job} job @returns {Action | null} what it was asked for and has not done */
  wishOf(job) {
    return this.#asked.of(job);
  }

  /** @param {string} id @param {Action} action @param {object} [options] of the call */
  async ask(id, action, options = {}) {
    const job = this.#feed.job(id);
    if (!job) return;
    this.#asked.ask(job, action);
    this.dispatchEvent(new CustomEvent("asked", { detail: id }));
    try {
      await this.#api.post(`/api/jobs/${id}/${action}`, options);
    } catch (error) {
      this.#asked.forget(id);
      this.dispatchEvent(new CustomEvent("asked", { detail: id }));
      this.dispatchEvent(new Event("refused")); // its data may be others by now
      throw error;
    }
  }

  /** @param {string} id @param {Record<string, any>} changes @returns {Promise<void>} */
  async adjust(id, changes) {
    const refused = this.refusal(changes);
    if (refused) throw refused;
    return this.#api.post(`/api/jobs/${id}/adjust`, changes);
  }

  /** @param {string} id @param {number} position from 1 */
  move(id, position) {
    return this.#api.patch(`/api/jobs/${id}`, { queue_position: position });
  }

  /** @param {string} id @returns {Promise<Saved[]>} oldest first */
  async checkpoints(id) {
    return (await this.#api.get(`/api/jobs/${id}/checkpoints`)).checkpoints;
  }

  /** @param {string} id @param {number} step @param {Record<string, any>} changes @returns {Promise<Job>} */
  async fork(id, step, changes) {
    const refused = this.refusal(changes);
    if (refused) throw refused;
    const job = await this.#api.post(`/api/jobs/${id}/fork`, { at_step: step, changes });
    this.#feed.put(job);
    return job;
  }
}
