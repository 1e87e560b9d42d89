/**
 * The data sets as they lie there now, and what a job lacks of its own. Rule: before a lack is told of a job the list
 * is asked once more, as data may have come after the page was opened.
 */

import { lackWords } from "./data.js";

/** @typedef {import("./words.js").Job} Job */
/** @typedef {import("./data.js").Lying} Lying */

export class LyingData extends EventTarget {
  #list;
  #lying;
  /** @type {Set<string>} jobs for whose data the list was asked once more */
  #looked = new Set();

  /** @param {Lying[]} lying as first heard of @param {() => Promise<Lying[]>} list */
  constructor(lying, list) {
    super();
    this.#lying = lying;
    this.#list = list;
  }

  /** @param {Job} job @returns {string} why its data keep it from going on; empty when they do not */
  lackOf(job) {
    const lack = lackWords(job, this.#lying);
    if (!lack || this.#looked.has(job.id)) return lack;
    this.#looked.add(job.id);
    this.look();
    return "";
  }

  async look() {
    this.#lying = await this.#list().catch(() => this.#lying); // the next look will do
    this.dispatchEvent(new Event("change"));
  }
}
