/**
 * Choosing jobs: the newest that match, older ones on request, a study at once. Rule: the server searches, so that a job is
 * found however old it is; a tick is the comparison itself, not a copy of it.
 */

import { byId, make, setText, within } from "../dom.js";
import { percent } from "../format.js";
import { STATUSES, statusChoice } from "../jobs/find.js";
import { scoreOf } from "../jobs/groups.js";
import { statusWords } from "../jobs/words.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./chosen.js").Chosen} Chosen */

const TYPING_PAUSE = 250; // ms
const PAGE = 50; // jobs

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
  #isOpen = false;
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();

  /** @param {import("../api.js").Api} api @param {Chosen} chosen @param {import("../jobs/feed.js").JobsFeed} feed @param {() => void} onPick */
  constructor(api, chosen, feed, onPick) {
    this.#api = api;
    this.#chosen = chosen;
    this.#feed = feed;
    this.#select("pick-status").append(...STATUSES.map((status) => make("option", { value: status }, statusChoice(status))));
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
    const words = filter.search ?? filter.tag;
    if (words) /** @type {HTMLInputElement} */ (byId("pick-search")).value = words;
    const [datasets, studies] = await Promise.all([this.#api.get("/api/datasets"), this.#api.get("/api/studies")]);
    const names = [...new Set([...(datasets.datasets ?? datasets).map((/** @type {any} */ one) => one.name), ...(filter.dataset ? [filter.dataset] : [])])];
    this.#select("pick-dataset").append(...names.map((/** @type {string} */ name) => make("option", { value: name }, name)));
    this.#select("pick-study").append(...studies.studies.map((/** @type {any} */ study) => make("option", { value: study.id }, study.name)));
    byId("pick-study-field").hidden = !studies.studies.length;
    if (filter.dataset) this.#select("pick-dataset").value = filter.dataset;
    if (STATUSES.includes(filter.status)) this.#select("pick-status").value = filter.status;
    await this.look();
  }

  /** @param {Record<string, string>} filter @returns {Promise<Job[]>} the newest that match */
  async matching(filter) {
    return (await this.#api.get(`/api/jobs?${new URLSearchParams({ ...filter, limit: String(PAGE) })}`)).jobs;
  }

  /** @param {string} id @returns {Promise<Job[]>} every job of a study, the oldest first */
  async ofStudy(id) {
    return (await this.#api.get(`/api/jobs?study_id=${encodeURIComponent(id)}&sort=created_at&limit=500`)).jobs;
  }

  #query() {
    const query = new URLSearchParams({ limit: String(PAGE) });
    const search = /** @type {HTMLInputElement} */ (byId("pick-search")).value.trim();
    const given = { search, dataset: this.#select("pick-dataset").value, status: this.#select("pick-status").value };
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
    this.#isOpen = true;
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

  /** What is new comes into the list where it is not filtered; what was deleted leaves it. @param {string[]} ids of jobs that changed */
  heard(ids) {
    const changed = new Set(ids);
    const newest = this.#listed[0]?.created_at ?? "";
    this.#listed = this.#listed.filter(({ id }) => !changed.has(id) || this.#feed.job(id));
    if (this.#isFiltered || !this.#isOpen) return;
    const fresh = this.#feed.newestFirst.filter((job) => job.created_at > newest && !this.#listed.some(({ id }) => id === job.id));
    this.#listed = [...fresh, ...this.#listed];
  }

  get #isFiltered() {
    return [...this.#query().keys()].length > 1;
  }

  /** The list, as it stands. */
  write() {
    const list = byId("pick-list");
    const present = new Set(this.#listed.map(({ id }) => id));
    for (const [id, item] of this.#items) {
      if (present.has(id)) continue;
      item.remove();
      this.#items.delete(id);
    }
    this.#listed.forEach((job, i) => {
      const item = this.#item(this.#feed.job(job.id) ?? job);
      if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
    });
    byId("pick-older").hidden = this.#cursor === null;
    byId("pick-nothing").hidden = this.#listed.length > 0 || !this.#isOpen;
    const isNothing = this.#isOpen && !this.#listed.length && !this.#isFiltered;
    byId("compare-nothing").hidden = !isNothing;
    byId("compare-choose").hidden = isNothing;
    /** @type {HTMLButtonElement} */ (byId("pick-all")).disabled = !this.#listed.some(({ id }) => !this.#chosen.has(id));
    /** @type {HTMLButtonElement} */ (byId("pick-none")).disabled = !this.#chosen.ids.length;
    setText(byId("pick-nothing"), this.#isFiltered ? "No job matches. Search for a part of its name or a tag." : "Nothing was trained yet.");
  }

  /** @param {Job} job @returns {HTMLElement} made once, written to where something changed */
  #item(job) {
    const item = this.#items.get(job.id) ?? made(job.id);
    this.#items.set(job.id, item);
    const score = scoreOf(job);
    setText(within(item, ".pick-name"), job.name);
    setText(within(item, "small"), [statusWords(job), ...(score === null ? [] : [percent(score)]), ...(job.tags ?? [])].join(" · "));
    /** @type {HTMLInputElement} */ (within(item, "input")).checked = this.#chosen.has(job.id);
    return item;
  }
}

/** @param {string} id @returns {HTMLElement} */
function made(id) {
  const words = make("span", {}, make("span", { class: "pick-name" }), make("small"));
  return make("li", {}, make("label", {}, make("input", { type: "checkbox", value: id }), words));
}
