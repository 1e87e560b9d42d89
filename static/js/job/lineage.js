/** Where a job comes from and what came of it: parent, forks, study, attempts. Rule: relatives are a press away from the charts. */

import { Problem } from "../api.js";
import { byId, make, setAttribute } from "../dom.js";
import { count, ordinal } from "../format.js";
import { labelsOf } from "../jobs/differ.js";
import { jobAddress } from "../jobs/link.js";
import { statusWords } from "../jobs/words.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {{id: string, words: string, label: string, status: string, slot: number | null, isShown: boolean}} Relative */

export class Lineage extends EventTarget {
  #api;
  #feed;
  #fields;
  #onTick;
  #written = "";
  /** @type {Set<string>} jobs and studies that were asked for */
  #asked = new Set();
  /** @type {Set<string>} jobs that are no more */
  #gone = new Set();
  /** @type {Map<string, string>} studies' names */
  #studies = new Map();

  /**
   * @param {import("../api.js").Api} api
   * @param {import("../jobs/feed.js").JobsFeed} feed
   * @param {import("../recipe/schema.js").Field[]} fields
   * @param {(id: string, on: boolean) => void} onTick
   */
  constructor(api, feed, fields, onTick) {
    super();
    this.#api = api;
    this.#feed = feed;
    this.#fields = fields;
    this.#onTick = onTick;
  }

  /** @param {Job} job @param {string[]} shown on the charts @param {(id: string) => number | null} slotOf */
  show(job, shown, slotOf) {
    const parent = job.forked_from?.job_id ?? null;
    const forks = this.#feed.newestFirst.filter((other) => other.forked_from?.job_id === job.id).reverse();
    if (parent && !this.#feed.job(parent)) this.#fetch(parent);
    if (job.study_id) this.#name(job.study_id);
    const known = [this.#feed.job(parent), ...forks].flatMap((one) => one ?? []);
    const labels = labelsOf([job, ...known], this.#fields);
    const relatives = known.map((one) => ({
      id: one.id,
      words: one.id === parent ? `fork at step ${count(job.forked_from?.step)} of` : `forked at step ${count(one.forked_from?.step)}:`,
      label: labels.get(one.id) || one.name,
      status: statusWords(one),
      slot: shown.includes(one.id) ? slotOf(one.id) : null,
      isShown: shown.includes(one.id),
    }));
    const study = job.study_id ? (this.#studies.get(job.study_id) ?? "its study") : "";
    const lost = parent && !this.#feed.job(parent) && this.#gone.has(parent);
    const state = JSON.stringify([relatives, study, lost, job.attempt]);
    if (state === this.#written) return;
    this.#written = state;
    const items = relatives.map((one) => this.#item(one));
    if (lost) items.unshift(make("li", {}, `fork at step ${count(job.forked_from?.step)} of a job that was deleted`));
    if (study) items.push(make("li", {}, "part of ", make("a", { href: this.#api.address(`/studies?study=${job.study_id}`), "data-study-id": job.study_id ?? "" }, study)));
    if (job.attempt > 1) items.push(make("li", {}, `${ordinal(job.attempt)} attempt`));
    const focused = document.activeElement?.closest("#lineage li")?.getAttribute("data-job-id");
    byId("lineage").hidden = !items.length;
    byId("lineage").replaceChildren(...items);
    if (focused) /** @type {HTMLElement | null} */ (byId("lineage").querySelector(`[data-job-id="${focused}"] input`))?.focus();
  }

  /** @param {Relative} relative */
  #item({ id, words, label, status, slot, isShown }) {
    const tick = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox", class: "tick", "aria-label": `${label} on the charts` }));
    tick.checked = isShown;
    tick.addEventListener("change", () => this.#onTick(id, tick.checked));
    const item = make("li", { "data-job-id": id }, tick, `${words} `, make("a", { href: jobAddress(id) }, label), make("small", {}, ` ${status}`));
    setAttribute(item, "data-color", slot === null ? null : String(slot));
    return item;
  }

  /** It is older than the list, or was deleted. @param {string} id */
  async #fetch(id) {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    try {
      const { jobs } = await this.#api.get(`/api/jobs?id=${id}`); // of one that is no more an empty list, and no error
      if (jobs.length) this.#feed.put(jobs[0]);
      else this.#gone.add(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#asked.delete(id);
    }
    this.dispatchEvent(new Event("change"));
  }

  /** @param {string} id of the study */
  async #name(id) {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    const { studies } = await this.#api.get("/api/studies").catch(() => ({ studies: [] })); // it is a link without a name then
    const found = studies.find((/** @type {{id: string}} */ study) => study.id === id);
    if (found) this.#studies.set(id, found.name);
    this.dispatchEvent(new Event("change"));
  }
}
