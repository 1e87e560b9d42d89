/**
 * Several jobs at once: chosen in a mode of their own, so that one kind of box is seen at a time. Rule: what did not
 * work is named with its reason, what did is done.
 */

import { Problem } from "../api.js";
import { byId, setAttribute, setText, within } from "../dom.js";
import { count } from "../format.js";
import { askDelete } from "./ask_delete.js";
import { outcomeOf, someNames } from "./several_words.js";
import { isDone, isStoppable } from "./words.js";

/** @typedef {import("./words.js").Job} Job */
/** @typedef {import("./several_words.js").Result} Result */
/** @typedef {{stop: (id: string) => Promise<void>, remove: (id: string) => Promise<void>, tag: (job: Job, tag: string) => Promise<void>}} Acts */

export class Several extends EventTarget {
  isOn = false;
  #feed;
  #acts;
  #root;
  /** @type {Set<string>} */
  #chosen = new Set();

  /** @param {import("./feed.js").JobsFeed} feed @param {Acts} acts @param {string} root of every address */
  constructor(feed, acts, root) {
    super();
    this.#feed = feed;
    this.#acts = acts;
    this.#root = root;
    byId("several").addEventListener("click", () => this.#turn(!this.isOn));
    byId("several-none").addEventListener("click", () => this.#turn(false));
    byId("several-stop").addEventListener("click", () => this.#stop());
    byId("several-delete").addEventListener("click", () => this.#delete());
    byId("several-tag").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#tag();
    });
    byId("several-compare").addEventListener("click", (event) => this.#chosen.size < 2 && event.preventDefault());
    byId("jobs").addEventListener("change", (event) => {
      const box = /** @type {HTMLInputElement} */ (event.target);
      if (!box.classList.contains("pick")) return;
      const row = /** @type {HTMLElement} */ (box.closest("tr"));
      if (row.dataset.jobId) this.#choose([row.dataset.jobId], box.checked);
      else this.#choose(this.#ofStudy(row.dataset.studyId ?? ""), box.checked);
    });
  }

  /** @returns {Job[]} as they are now, the newest first */
  get #jobs() {
    return this.#feed.newestFirst.filter(({ id }) => this.#chosen.has(id));
  }

  /** @param {string} study @returns {string[]} */
  #ofStudy(study) {
    return this.#feed.newestFirst.filter((job) => job.study_id === study).map(({ id }) => id);
  }

  /** @param {boolean} on */
  #turn(on) {
    this.isOn = on;
    this.#chosen.clear();
    setText(byId("several-note"), "");
    this.write();
    (on ? byId("jobs-scroll") : byId("several")).focus({ preventScroll: true });
  }

  /** @param {string} id */
  toggle(id) {
    this.#choose([id], !this.#chosen.has(id));
  }

  /** @param {string[]} ids @param {boolean} on */
  #choose(ids, on) {
    for (const id of ids) {
      if (on) this.#chosen.add(id);
      else this.#chosen.delete(id);
    }
    this.write();
  }

  /** After the list was written. */
  write() {
    setAttribute(byId("several"), "aria-pressed", String(this.isOn));
    setAttribute(byId("jobs-scroll"), "data-several", this.isOn ? "" : null);
    byId("several-bar").hidden = !this.isOn;
    if (!this.isOn) return;
    const jobs = this.#jobs;
    this.#chosen = new Set(jobs.map(({ id }) => id)); // without those that are no more
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (byId("jobs").querySelectorAll("tr"))) this.#mark(row);
    setText(byId("several-count"), jobs.length ? `${count(jobs.length)} selected` : "Select jobs in the list");
    const stoppable = jobs.filter(isStoppable).length;
    const ended = jobs.filter(isDone).length;
    offer("several-stop", stoppable, `Stop${stoppable ? ` ${count(stoppable)}` : ""}`);
    offer("several-delete", ended, `Delete${ended ? ` ${count(ended)}` : ""}…`);
    offer("several-tag-add", jobs.length, "Add tag");
    const compare = byId("several-compare");
    setAttribute(compare, "aria-disabled", jobs.length > 1 ? null : "true");
    setAttribute(compare, "href", jobs.length > 1 ? `${this.#root}/compare?jobs=${jobs.map(({ id }) => id).join(",")}` : null);
  }

  /** @param {HTMLElement} row */
  #mark(row) {
    const { jobId, studyId } = row.dataset;
    const box = /** @type {HTMLInputElement} */ (within(row, ".pick"));
    const ids = jobId ? [jobId] : this.#ofStudy(studyId ?? "");
    const chosen = ids.filter((id) => this.#chosen.has(id)).length;
    box.checked = chosen > 0 && chosen === ids.length;
    box.indeterminate = chosen > 0 && chosen < ids.length;
    const name = within(row, jobId ? ".job-link" : ".study-link").textContent;
    setAttribute(box, "aria-label", jobId ? `Select ${name}` : `Select all jobs of ${name}`);
  }

  async #stop() {
    const jobs = this.#jobs.filter(isStoppable);
    await this.#each(jobs, ({ id }) => this.#acts.stop(id), "Asked to stop");
  }

  async #delete() {
    const all = this.#jobs;
    const jobs = all.filter(isDone);
    if (!jobs.length) return;
    const stay = all.length - jobs.length;
    const what = `${someNames(jobs)}, with ${jobs.length === 1 ? "its whole log" : "their whole logs"},`;
    const title = `Delete ${count(jobs.length)} job${jobs.length === 1 ? "" : "s"}?${stay ? ` ${count(stay)} that still wait or train stay.` : ""}`;
    if (!(await askDelete(title, what))) return;
    await this.#each(jobs, ({ id }) => this.#acts.remove(id), "Deleted");
  }

  async #tag() {
    const input = /** @type {HTMLInputElement} */ (byId("several-tag-name"));
    const tag = input.value.trim();
    if (!tag || !this.#chosen.size) return input.focus();
    const { failed } = await this.#each(this.#jobs, (job) => this.#acts.tag(job, tag), `Tagged “${tag}”`);
    setAttribute(input, "aria-invalid", failed ? "true" : null);
    if (!failed) input.value = "";
  }

  /** @param {Job[]} jobs @param {(job: Job) => Promise<void>} act @param {string} done what is said of those that did @returns {Promise<{failed: number}>} */
  async #each(jobs, act, done) {
    setText(byId("several-note"), "");
    const results = await Promise.all(
      jobs.map(async (job) => {
        try {
          await act(job);
          return /** @type {Result} */ ({ job, problem: "" });
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          return { job, problem: error.errors[0]?.message ?? error.message };
        }
      }),
    );
    setText(byId("several-note"), outcomeOf(results, done));
    this.write();
    this.dispatchEvent(new Event("done"));
    return { failed: results.filter(({ problem }) => problem).length };
  }
}

/** @param {string} id of a button @param {number} many jobs it would act on @param {string} words */
function offer(id, many, words) {
  setText(byId(id), words);
  setAttribute(byId(id), "aria-disabled", many ? null : "true");
}
