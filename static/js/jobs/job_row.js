/** A job's row in the list. Rule: made once, and written to only where its text changed. */

import { fromTemplate, make, setAttribute, setText, within } from "../dom.js";
import { count, duration, percent } from "../format.js";
import { jobAddress } from "./link.js";
import { epochsOf, isDone, isStoppable, leftWords, outcomeWords, progressShare } from "./words.js";
import { reasonWords, statusWords, stopWords } from "./words.js";

/** @typedef {import("./words.js").Job} Job */
/** @typedef {{onSelect: (id: string) => void, onTick: (id: string, on: boolean) => void,
 *   onStop: (id: string) => void, onDelete: (id: string) => void,
 *   onMove: (id: string, position: number) => void}} Actions */
/**
 * @typedef {{called: string, tags: string[], origin: string, study: string, starts: string}} Words
 *   `called`: a name of its own, empty without one; `origin`: of a fork; `study`: of its study, empty without one;
 *   `starts`: when one that waits may start, empty where that is not known
 */

/** @param {string} id @param {Actions} actions @returns {HTMLElement} */
export function makeJobRow(id, actions) {
  const row = fromTemplate("job-row");
  row.dataset.jobId = id;
  const tick = /** @type {HTMLInputElement} */ (within(row, ".tick"));
  tick.addEventListener("change", () => actions.onTick(id, tick.checked));
  row.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const control = target.closest("button, input, a");
    if (!control || control.classList.contains("job-link")) actions.onSelect(id);
  });
  for (const [action, by] of /** @type {[string, number][]} */ ([["sooner", -1], ["later", 1]])) {
    within(row, `[data-action=${action}]`).addEventListener("click", () => {
      actions.onMove(id, Number(row.dataset.position) + by);
    });
  }
  within(row, "[data-action=stop]").addEventListener("click", () => actions.onStop(id));
  within(row, "[data-action=delete]").addEventListener("click", () => actions.onDelete(id));
  return row;
}

/** @param {HTMLElement} row @param {Job} job @param {Words} words @param {number} waiting jobs in the queue; without end where not all are listed */
export function writeJobRow(row, job, words, waiting) {
  const { called, tags, origin, study } = words;
  setAttribute(row, "data-status", job.status);
  setText(within(row, ".job-called"), called || (tags.length ? "" : job.name));
  setText(within(row, ".origin"), origin);
  const tagText = tags.join("\u0000");
  const box = within(row, ".tags");
  if (box.dataset.text !== tagText) {
    box.dataset.text = tagText;
    box.replaceChildren(...tags.map((tag) => make("span", { class: "tag" }, tag)));
  }
  const label = [called || tags.join(", ") || job.name, origin, study && `of ${study}`].filter(Boolean).join(", ");
  setAttribute(within(row, ".tick"), "aria-label", `${label} on the charts`);
  const status = within(row, ".status");
  setText(status, statusWords(job));
  setAttribute(status, "title", outcomeWords(job) || null);
  writeProgress(row, job, words.starts);
  setText(within(row, ".best"), percent(job.best?.accuracy ?? job.latest?.test?.accuracy));
  setText(within(row, ".best + small"), underBest(job));
  setText(within(row, ".train-time"), duration(job.train_seconds || null));
  const stop = within(row, "[data-action=stop]");
  const remove = within(row, "[data-action=delete]");
  stop.hidden = !isStoppable(job);
  remove.hidden = !isDone(job);
  setText(stop, stopWords(job));
  const open = within(row, "[data-action=open]");
  setAttribute(open, "href", jobAddress(job.id)); // a lesson may go along
  setAttribute(open, "aria-label", `Open ${label}`);
  setAttribute(stop, "aria-label", `${stopWords(job)} ${label}`);
  setAttribute(remove, "aria-label", `Delete ${label}`);
  writeMoves(row, job, waiting, label);
}

/** @param {Job} job @returns {string} what stands under its best figure */
export function underBest(job) {
  if (job.best) return `test ${percent(job.best.test?.accuracy)}`;
  return job.latest?.test ? "test, newest" : "";
}

/** @param {HTMLElement} row @param {number} share 0..1 */
export function writeBar(row, share) {
  const bar = within(row, ".bar i");
  const scale = share.toFixed(3);
  if (bar.dataset.share === scale) return;
  bar.dataset.share = scale;
  bar.style.setProperty("--share", scale);
}

/** @param {HTMLElement} row @param {Job} job @param {number} waiting @param {string} label */
function writeMoves(row, job, waiting, label) {
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

/** @param {HTMLElement} row @param {Job} job @param {string} starts */
function writeProgress(row, job, starts) {
  writeBar(row, progressShare(job));
  const epochs = job.epoch ? `epoch ${count(job.epoch)} of ${count(epochsOf(job))}` : "";
  const words = isDone(job) ? (job.status === "completed" ? epochs : reasonWords(job) || epochs) : leftWords(job) || starts || epochs;
  const small = within(row, ".progress small");
  setText(small, words);
  setAttribute(small, "title", words || null);
}
