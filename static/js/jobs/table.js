/**
 * The jobs, one row each, updated in place. Rule: a row is made once and written to only where its text changed,
 * so that a table that is watched costs nothing when nothing happens.
 */

import { byId, fromTemplate, make, setAttribute, setText, within } from "../dom.js";
import { count, duration, percent } from "../format.js";
import { tagsOf } from "./differ.js";
import { calledWords, epochsOf, givenName, isDone, isStoppable, leftWords, outcomeWords, progressShare } from "./words.js";
import { originWords, reasonWords, statusWords, stopWords, tallyWords } from "./words.js";

/** @typedef {import("./words.js").Job} Job */
/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {{onSelect: (id: string) => void, onTick: (id: string, on: boolean) => void,
 *   onStop: (id: string) => void, onDelete: (id: string) => void,
 *   onMove: (id: string, position: number) => void}} Actions */

const FULL_LIST = 200; // jobs the server names; older ones exist beyond

export class JobsTable {
  #fields;
  #actions;
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /** @param {Field[]} fields @param {Actions} actions */
  constructor(fields, actions) {
    this.#fields = fields;
    this.#actions = actions;
  }

  /**
   * @param {Job[]} jobs newest first
   * @param {{selected: string | null, shown: string[], slotOf: (id: string) => number | null, known: boolean}} state
   */
  show(jobs, { selected, shown, slotOf, known }) {
    const tags = tagsOf(jobs, this.#fields);
    const called = new Map(jobs.map((job) => [job.id, givenName(job) || tags.get(job.id)?.join(", ") || calledWords(job)]));
    const isFull = jobs.length >= FULL_LIST;
    const waiting = isFull ? Infinity : jobs.filter((job) => job.status === "queued").length;
    const present = new Set(jobs.map((job) => job.id));
    for (const [id, row] of this.#rows) {
      if (present.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    const body = byId("jobs");
    jobs.forEach((job, index) => {
      const row = this.#rows.get(job.id) ?? this.#make(job.id);
      const origin = originWords(job, called.get(job.forked_from?.job_id ?? "") ?? "");
      this.#writeMoves(row, job, waiting, this.#write(row, job, tags.get(job.id) ?? [], origin));
      setAttribute(row, "aria-current", job.id === selected ? "true" : null);
      setAttribute(row, "data-color", String(slotOf(job.id) ?? ""));
      /** @type {HTMLInputElement} */ (within(row, ".tick")).checked = shown.includes(job.id);
      if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
    });
    byId("jobs-scroll").hidden = jobs.length === 0;
    byId("jobs-empty").hidden = jobs.length > 0 || !known;
    byId("jobs-more").hidden = !isFull;
    setText(byId("jobs-tally"), tallyWords(jobs, isFull));
  }

  /** @param {string} id @returns {HTMLElement} */
  #make(id) {
    const row = fromTemplate("job-row");
    row.dataset.jobId = id;
    const tick = /** @type {HTMLInputElement} */ (within(row, ".tick"));
    tick.addEventListener("change", () => this.#actions.onTick(id, tick.checked));
    row.addEventListener("click", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      const control = target.closest("button, input");
      if (!control || control.classList.contains("job-link")) this.#actions.onSelect(id);
    });
    for (const [action, by] of /** @type {[string, number][]} */ ([["sooner", -1], ["later", 1]])) {
      within(row, `[data-action=${action}]`).addEventListener("click", () => {
        this.#actions.onMove(id, Number(row.dataset.position) + by);
      });
    }
    within(row, "[data-action=stop]").addEventListener("click", () => this.#actions.onStop(id));
    within(row, "[data-action=delete]").addEventListener("click", () => this.#actions.onDelete(id));
    this.#rows.set(id, row);
    return row;
  }

  /** @param {HTMLElement} row @param {Job} job @param {string[]} tags @param {string} origin of a fork
   * @returns {string} what to call it */
  #write(row, job, tags, origin) {
    setAttribute(row, "data-status", job.status);
    const given = givenName(job);
    setText(within(row, ".job-called"), given || (tags.length ? "" : job.name));
    setText(within(row, ".origin"), origin);
    const tagText = tags.join("\u0000");
    const box = within(row, ".tags");
    if (box.dataset.text !== tagText) {
      box.dataset.text = tagText;
      box.replaceChildren(...tags.map((tag) => make("span", { class: "tag" }, tag)));
    }
    const label = [given || tags.join(", ") || job.name, origin].filter(Boolean).join(", ");
    setAttribute(within(row, ".tick"), "aria-label", `${label} on the charts`);
    const status = within(row, ".status");
    setText(status, statusWords(job));
    setAttribute(status, "title", outcomeWords(job) || null);
    this.#writeProgress(row, job);
    setText(within(row, ".best"), percent(job.best?.accuracy ?? job.latest?.test?.accuracy));
    const under = job.best ? `test ${percent(job.best.test?.accuracy)}` : job.latest?.test ? "test, newest" : "";
    setText(within(row, ".best + small"), under);
    setText(within(row, ".train-time"), duration(job.train_seconds || null));
    const stop = within(row, "[data-action=stop]");
    const remove = within(row, "[data-action=delete]");
    stop.hidden = !isStoppable(job);
    remove.hidden = !isDone(job);
    setText(stop, stopWords(job));
    setAttribute(stop, "aria-label", `${stopWords(job)} ${label}`);
    setAttribute(remove, "aria-label", `Delete ${label}`);
    return label;
  }

  /** @param {HTMLElement} row @param {Job} job @param {number} waiting jobs in the queue; without end where not all are listed @param {string} label */
  #writeMoves(row, job, waiting, label) {
    const position = job.queue_position ?? 0;
    setAttribute(row, "data-position", position ? String(position) : null);
    const sooner = within(row, "[data-action=sooner]");
    const later = within(row, "[data-action=later]");
    const focused = [sooner, later].find((button) => button === document.activeElement);
    sooner.hidden = position < 2;
    later.hidden = !position || position >= waiting;
    if (focused?.hidden) [sooner, later].find((button) => !button.hidden)?.focus();
    setAttribute(sooner, "aria-label", `Train ${label} sooner`);
    setAttribute(later, "aria-label", `Train ${label} later`);
  }

  /** @param {HTMLElement} row @param {Job} job */
  #writeProgress(row, job) {
    const share = progressShare(job);
    const bar = within(row, ".bar i");
    const scale = share.toFixed(3);
    if (bar.dataset.share !== scale) {
      bar.dataset.share = scale;
      bar.style.setProperty("--share", scale);
    }
    const epochs = job.epoch ? `epoch ${count(job.epoch)} of ${count(epochsOf(job))}` : "";
    const words = isDone(job) ? (job.status === "completed" ? epochs : reasonWords(job) || epochs) : leftWords(job) || epochs;
    const small = within(row, ".progress small");
    setText(small, words);
    setAttribute(small, "title", words || null);
  }
}
