/**
 * The jobs that are compared, kept current by the server. Rule: a job that is no more is named, by its name where it was
 * known, else by its id; it leaves the comparison only when the reader says so.
 */

import { MOST_JOBS } from "./state.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../jobs/feed.js").JobsFeed} JobsFeed */

const ASKED_AT_ONCE = 100; // ids in an address

export class Chosen extends EventTarget {
  #api;
  #feed;
  /** @type {string[]} */
  #ids = [];
  /** @type {Map<string, string>} names of jobs that were seen */
  #names = new Map();
  /** @type {Set<string>} asked for, and not there */
  #gone = new Set();
  /** How many did not find room when jobs were added last. */
  leftOut = 0;

  /** @param {{get: (path: string) => Promise<any>}} api @param {JobsFeed} feed */
  constructor(api, feed) {
    super();
    this.#api = api;
    this.#feed = feed;
    feed.addEventListener("change", (event) => this.#heard(/** @type {CustomEvent<string[]>} */ (event).detail));
    let wasOpen = false;
    feed.addEventListener("link", () => {
      if (feed.link !== "open") return;
      if (wasOpen) this.#ask(this.#ids); // what changed while the connection was cut
      wasOpen = true;
    });
  }

  /** @returns {string[]} in the order they were chosen, those that are no more among them */
  get ids() {
    return this.#ids;
  }

  /** @returns {Job[]} in the order they were chosen */
  get jobs() {
    return this.#ids.flatMap((id) => this.#feed.job(id) ?? []);
  }

  /** @returns {string[]} names, or ids, of those that are no more */
  get missing() {
    return this.#ids.filter((id) => this.#gone.has(id)).map((id) => this.#names.get(id) ?? id);
  }

  /** @returns {boolean} whether something is still asked for */
  get isLoading() {
    return this.#ids.some((id) => !this.#feed.job(id) && !this.#gone.has(id));
  }

  /** @param {string} id */
  has(id) {
    return this.#ids.includes(id);
  }

  /** @param {string[]} ids instead of those there are */
  set(ids) {
    this.#ids = ids.slice(0, MOST_JOBS);
    this.leftOut = ids.length - this.#ids.length;
    this.#changed();
    this.#ask(this.#ids.filter((id) => !this.#feed.job(id)));
  }

  /** @param {Job[]} jobs */
  add(jobs) {
    for (const job of jobs) this.#feed.put(job);
    this.set([...new Set([...this.#ids, ...jobs.map(({ id }) => id)])]);
  }

  /** @param {string[]} ids */
  remove(ids) {
    this.set(this.#ids.filter((id) => !ids.includes(id)));
  }

  /** Those that are no more leave. */
  dropMissing() {
    this.remove([...this.#gone]);
  }

  /** @param {string[]} ids */
  async #ask(ids) {
    for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
      const part = ids.slice(from, from + ASKED_AT_ONCE);
      const answer = await this.#api.get(`/api/jobs?limit=500&${part.map((id) => `id=${encodeURIComponent(id)}`).join("&")}`);
      const found = new Set(answer.jobs.map((/** @type {Job} */ job) => job.id));
      for (const id of part) if (!found.has(id)) this.#gone.add(id);
      this.#feed.apply(answer.jobs);
      this.#changed();
    }
  }

  /** @param {string[]} ids of jobs that changed */
  #heard(ids) {
    const mine = ids.filter((id) => this.#ids.includes(id));
    for (const id of mine) {
      const job = this.#feed.job(id);
      if (job) this.#gone.delete(id);
      else this.#gone.add(id);
    }
    if (mine.length) this.#changed();
  }

  #changed() {
    for (const job of this.jobs) this.#names.set(job.id, job.name);
    this.dispatchEvent(new Event("change"));
  }
}
