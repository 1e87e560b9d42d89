/**
 * The list of jobs, kept current by the server. Rule: the first frame after a connection is the whole truth
 * about the newest jobs; what it does not hold was deleted meanwhile.
 */

import { LastingSocket } from "../log/lasting_socket.js";

/** @typedef {import("./words.js").Job} Job */

const FIRST_FRAME = 200; // jobs the server sends at most in its first frame

export class JobsFeed extends EventTarget {
  /** @type {Map<string, Job>} */
  #jobs = new Map();
  #socket;
  #fresh = true;
  /** True once the server has said which jobs there are. */
  known = false;

  /** @param {{address: () => string, open?: (address: string) => WebSocket}} options */
  constructor({ address, open }) {
    super();
    this.#socket = new LastingSocket({
      address,
      open,
      onMessage: (jobs) => this.apply(jobs),
      onLink: (link) => {
        if (link === "open") this.#fresh = true;
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
    const forgotten = this.#fresh ? this.#forgetAllBut(changed) : [];
    this.#fresh = false;
    this.known = true;
    for (const job of changed) {
      if ("deleted" in job) this.#jobs.delete(job.id);
      else this.#jobs.set(job.id, job);
    }
    this.dispatchEvent(new CustomEvent("change", { detail: [...forgotten, ...changed.map((job) => job.id)] }));
  }

  /** A job this page just made or changed, before the feed says so. @param {Job} job */
  put(job) {
    this.#jobs.set(job.id, job);
    this.dispatchEvent(new CustomEvent("change", { detail: [job.id] }));
  }

  /** @param {string} id */
  remove(id) {
    if (this.#jobs.delete(id)) this.dispatchEvent(new CustomEvent("change", { detail: [id] }));
  }

  /** @param {{id: string}[]} present @returns {string[]} what was forgotten */
  #forgetAllBut(present) {
    if (present.length >= FIRST_FRAME) return [];
    const ids = new Set(present.map((job) => job.id));
    const forgotten = [...this.#jobs.keys()].filter((id) => !ids.has(id));
    for (const id of forgotten) this.#jobs.delete(id);
    return forgotten;
  }
}
