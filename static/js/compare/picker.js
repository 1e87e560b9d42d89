/**
 * Choosing jobs: the newest that match, older ones on request, a study at once. Rule: the server searches, so that a job is
 * found however old it is; a tick is the comparison itself, not a copy of it.
 */

import { byId, make, setText } from "../dom.js";
import { percent } from "../format.js";
import { scoreOf } from "../jobs/groups.js";
import { statusWords } from "../jobs/words.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./chosen.js").Chosen} Chosen */

const TYPING_PAUSE = 250; // ms
const PAGE = 50; // jobs
const STATUSES = ["running", "queued", "paused", "completed", "stopped", "failed", "interrupted"];

export class Picker {
  #api;
  #chosen;
  #feed;
  /** @type {Job[]} as listed, newest first */
  #listed = [];
  /** @type {string | null} */
  #cursor = null;
  #asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;
  #tag = "";

  /** @param {import("../api.js").Api} api @param {Chosen} chosen @param {import("../jobs/feed.js").JobsFeed} feed @param {() => void} onPick */
  constructor(api, chosen, feed, onPick) {
    this.#api = api;
    this.#chosen = chosen;
    this.#feed = feed;
    this.#select("pick-status").append(...STATUSES.map((status) => make("option", { value: status }, status === "queued" ? "waiting" : status)));
    byId("pick-search").addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.look(), TYPING_PAUSE);
    });
    byId("pick").addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.#typing);
      this.look();
    });
    for (const id of ["pick-dataset", "pick-status"]) byId(id).addEventListener("change", () => this.look());
    byId("pick-older").addEventListener("click", () => this.#older());
    byId("pick-all").addEventListener("click", () => {
      this.#chosen.add(this.#listed);
      onPick();
    });
    byId("pick-none").addEventListener("click", () => {
      this.#chosen.set([]);
      onPick();
    });
    this.#select("pick-study").addEventListener("change", async () => {
      const select = this.#select("pick-study");
      const id = select.value;
      select.value = "";
      if (!id) return;
      this.#chosen.add(await this.ofStudy(id));
      onPick();
    });
    byId("pick-list").addEventListener("change", (event) => {
      const box = /** @type {HTMLInputElement} */ (event.target);
      const job = this.#listed.find(({ id }) => id === box.value);
      if (!job) return;
      if (box.checked) this.#chosen.add([job]);
      else this.#chosen.remove([job.id]);
      onPick();
    });
  }

  /** @param {string} id @returns {HTMLSelectElement} */
  #select(id) {
    return /** @type {HTMLSelectElement} */ (byId(id));
  }

  /** @param {Record<string, string>} filter from the address */
  async open(filter) {
    const [datasets, studies] = await Promise.all([this.#api.get("/api/datasets"), this.#api.get("/api/studies")]);
    const names = [...new Set([...(datasets.datasets ?? datasets).map((/** @type {any} */ one) => one.name), ...(filter.dataset ? [filter.dataset] : [])])];
    this.#select("pick-dataset").append(...names.map((/** @type {string} */ name) => make("option", { value: name }, name)));
    this.#select("pick-study").append(...studies.studies.map((/** @type {any} */ study) => make("option", { value: study.id }, study.name)));
    byId("pick-study-field").hidden = !studies.studies.length;
    this.#tag = filter.tag ?? "";
    this.#select("pick-dataset").value = filter.dataset ?? "";
    this.#select("pick-status").value = STATUSES.includes(filter.status) ? filter.status : "";
    /** @type {HTMLInputElement} */ (byId("pick-search")).value = filter.search ?? "";
    await this.look();
  }

  /** @returns {Job[]} those listed now */
  get listed() {
    return this.#listed;
  }

  /** @param {string} id @returns {Promise<Job[]>} every job of a study, the oldest first */
  async ofStudy(id) {
    return (await this.#api.get(`/api/jobs?study_id=${encodeURIComponent(id)}&sort=created_at&limit=500`)).jobs;
  }

  #query() {
    const query = new URLSearchParams({ limit: String(PAGE) });
    const search = /** @type {HTMLInputElement} */ (byId("pick-search")).value.trim();
    const given = { search, tag: this.#tag, dataset: this.#select("pick-dataset").value, status: this.#select("pick-status").value };
    for (const [name, value] of Object.entries(given)) if (value) query.set(name, value);
    return query;
  }

  /** Look for what matches now. */
  async look() {
    const asked = ++this.#asked;
    const answer = await this.#api.get(`/api/jobs?${this.#query()}`);
    if (asked !== this.#asked) return;
    this.#listed = answer.jobs;
    this.#cursor = answer.next_cursor;
    this.write();
  }

  async #older() {
    if (!this.#cursor) return;
    const asked = ++this.#asked;
    const query = this.#query();
    query.set("cursor", this.#cursor);
    const answer = await this.#api.get(`/api/jobs?${query}`);
    if (asked !== this.#asked) return;
    const first = this.#listed.length;
    this.#listed = [...this.#listed, ...answer.jobs];
    this.#cursor = answer.next_cursor;
    this.write();
    /** @type {HTMLElement | null} */ (byId("pick-list").children[first]?.querySelector("input"))?.focus();
  }

  /** The list, as it stands. */
  write() {
    const list = byId("pick-list");
    const focused = /** @type {HTMLInputElement | null} */ (document.activeElement)?.value;
    const isWithin = list.contains(document.activeElement);
    list.replaceChildren(...this.#listed.map((job) => this.#item(this.#feed.job(job.id) ?? job)));
    if (isWithin) /** @type {HTMLElement | null} */ (list.querySelector(`input[value="${CSS.escape(focused ?? "")}"]`))?.focus();
    byId("pick-older").hidden = this.#cursor === null;
    byId("pick-nothing").hidden = this.#listed.length > 0;
    /** @type {HTMLButtonElement} */ (byId("pick-all")).disabled = !this.#listed.some(({ id }) => !this.#chosen.has(id));
    /** @type {HTMLButtonElement} */ (byId("pick-none")).disabled = !this.#chosen.ids.length;
    const isFiltered = [...this.#query().keys()].length > 1;
    setText(byId("pick-nothing"), isFiltered ? "No job matches. Search for a part of its name or a tag." : "Nothing was trained yet.");
  }

  /** @param {Job} job */
  #item(job) {
    const box = make("input", { type: "checkbox", value: job.id });
    /** @type {HTMLInputElement} */ (box).checked = this.#chosen.has(job.id);
    const score = scoreOf(job);
    const words = [statusWords(job), ...(score === null ? [] : [percent(score)]), ...(job.tags ?? [])].join(" · ");
    return make("li", {}, make("label", {}, box, make("span", {}, make("span", { class: "pick-name" }, job.name), make("small", {}, words))));
  }
}
