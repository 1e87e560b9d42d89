/**
 * The list of jobs, kept current by the server. Rule: a job is forgotten when the server says so; what was
 * deleted while the connection was cut is found by asking for the list once more.
 */

import { LastingSocket } from "../log/lasting_socket.js";

/** @typedef {import("./words.js").Job} Job */

export const LISTED = 200; // newest jobs the server names after a connection, in one frame or several

export class JobsFeed extends EventTarget {
  /** @type {Map<string, Job>} */
  #jobs = new Map();
  #socket;
  #list;
  /** @type {Set<string>} jobs heard of since the connection was made */
  #heard = new Set();
  /** True once the server has said which jobs there are. */
  known = false;

  /**
   * @param {{address: () => string, list: () => Promise<Job[]>, open?: (address: string) => WebSocket}} options
   *   `list` answers the newest jobs, at most `LISTED`
   */
  constructor({ address, list, open }) {
    super();
    this.#list = list;
    this.#socket = new LastingSocket({
      address,
      open,
      onMessage: (jobs) => this.apply(jobs),
      onLink: (link) => {
        if (link === "open") this.#opened();
        this.dispatchEvent(new Event("link"));
      },
    });
  }

  get link() {
    return this.#socket.link;
  }

  get retryAt() {
    return this.#socket.retryAt;
  }

  start() {
    this.#socket.start();
  }

  nudge() {
    this.#socket.nudge();
  }

  /** @returns {Job[]} newest first */
  get newestFirst() {
    return [...this.#jobs.values()].sort(
      (a, b) => b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id),
    );
  }

  /** @param {string | null} id @returns {Job | null} */
  job(id) {
    return (id && this.#jobs.get(id)) || null;
  }

  /** @param {(Job | {id: string, deleted: true})[]} changed */
  apply(changed) {
    this.known = true;
    for (const job of changed) {
      this.#heard.add(job.id);
      if ("deleted" in job) this.#jobs.delete(job.id);
      else this.#jobs.set(job.id, job);
    }
    this.dispatchEvent(new CustomEvent("change", { detail: changed.map((job) => job.id) }));
  }

  /** A job this page just made or asked for; what the feed has said of it meanwhile is newer. @param {Job} job */
  put(job) {
    if (this.#jobs.has(job.id)) return;
    this.#heard.add(job.id);
    this.#jobs.set(job.id, job);
    this.dispatchEvent(new CustomEvent("change", { detail: [job.id] }));
  }

  /** @param {string} id */
  remove(id) {
    if (this.#jobs.delete(id)) this.dispatchEvent(new CustomEvent("change", { detail: [id] }));
  }

  async #opened() {
    const heard = /** @type {Set<string>} */ (new Set());
    this.#heard = heard;
    if (!this.known) return;
    const listed = await this.#list().catch(() => null); // the next connection asks again
    if (listed && heard === this.#heard) this.#forgetAllBut(listed);
  }

  /** Jobs older than a full list are beyond it, not deleted. @param {Job[]} listed newest first */
  #forgetAllBut(listed) {
    const ids = new Set(listed.map((job) => job.id));
    const oldest = listed.length < LISTED ? "" : listed[listed.length - 1].created_at;
    const forgotten = [...this.#jobs.values()]
      .filter((job) => job.created_at > oldest && !ids.has(job.id) && !this.#heard.has(job.id))
      .map((job) => job.id);
    for (const id of forgotten) this.#jobs.delete(id);
    if (forgotten.length) this.dispatchEvent(new CustomEvent("change", { detail: forgotten }));
  }
}
