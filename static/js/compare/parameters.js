/**
 * How many weights and biases a job's network learns. Rule: the server's own count, asked once a network; null while it is
 * not known, or where it cannot be, as when the data set was deleted.
 */

import { Problem } from "../api.js";

/** @typedef {import("../jobs/words.js").Job} Job */

const TOLD_BY = ["dataset", "architecture", "hidden_sizes", "layers", "words", "batch_norm", "augment"]; // what sizes a network

/** @param {Job} job @returns {string} the same for networks of the same size */
function sizeOf({ config }) {
  return JSON.stringify(TOLD_BY.map((name) => config[name]));
}

export class Parameters extends EventTarget {
  #api;
  /** @type {Map<string, number | null>} */
  #known = new Map();
  /** @type {Job[]} */
  #waiting = [];
  #isAsking = false;

  /** @param {{post: (path: string, body: any) => Promise<any>}} api */
  constructor(api) {
    super();
    this.#api = api;
  }

  /** @param {Job} job @returns {number | null} */
  of(job) {
    const key = sizeOf(job);
    if (!this.#known.has(key)) {
      this.#known.set(key, null);
      this.#waiting.push(job);
      this.#next();
    }
    return this.#known.get(key) ?? null;
  }

  async #next() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) {
      try {
        const answer = await this.#api.post("/api/inspect", { ...job.config, name: null, device: "auto" });
        this.#known.set(sizeOf(job), answer.parameters);
        this.dispatchEvent(new Event("change"));
      } catch (error) {
        if (!(error instanceof Problem)) throw error; // it stays unknown
      }
    }
    this.#isAsking = false;
  }
}
