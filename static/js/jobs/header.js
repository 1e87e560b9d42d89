/** The selected job at a glance. Rule: steps come from the log itself, not from the list, which is a moment older. */

import { byId, setAttribute, setText, within } from "../dom.js";
import { count } from "../format.js";
import { figuresAt } from "../time/figures.js";
import { jobAddress } from "./link.js";
import { figuresOf, showTiles } from "./tiles.js";
import { calledWords, canFork, epochsOf, hasDiverged, isDone, leftWords, originWords, outcomeWords, statusWords } from "./words.js";

/** @typedef {import("./words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */

/** @param {boolean} forkable @returns {string} */
function wayOnWords(forkable) {
  const again = "To resume would only repeat it:";
  if (!forkable) return `${again} use it as a recipe with another rate.`;
  return `${again} fork it from a checkpoint with another rate, or use it as a recipe.`;
}

/** @param {Job} job @param {JobFold | null} fold @returns {string} what people should know now */
function noticeWords(job, fold) {
  const outcome = isDone(job) && job.reason !== "requested" ? outcomeWords(job) : "";
  if (hasDiverged(job)) return `${outcome.replace(/\.?$/, ".")} ${wayOnWords(canFork(job, fold))}`;
  if (outcome) return outcome;
  const held = job.status === "paused" && fold?.status?.status === "paused" ? fold.status.message : ""; // by the house
  if (held) return held;
  const note = fold?.notes.at(-1);
  const loading = !isDone(job) && job.status !== "paused" && !fold?.splits.train.length;
  const important = fold?.notes.findLast((one) => one.level !== "info");
  if (loading && note) return note.message;
  return important ? important.message : "";
}

/**
 * @param {Job | null} job
 * @param {Job | null} parent of a fork
 * @param {JobFold | null} fold
 * @param {number | null} slot the job's colour
 * @param {string} starts when one that waits may start; empty where that is not known
 */
export function showHeader(job, parent, fold, slot, starts) {
  const card = byId("now");
  setAttribute(card, "data-empty", String(!job));
  if (!job) return;
  setAttribute(card, "data-color", String(slot ?? ""));
  const name = byId("job-name");
  setText(name, job.name);
  if (name instanceof HTMLAnchorElement) setAttribute(name, "href", jobAddress(job.id));
  setText(byId("job-origin"), originWords(job, parent ? calledWords(parent) : ""));
  const train = fold?.splits.train;
  const step = train?.length ? train.last("step") : (job.step ?? 0);
  const epoch = train?.length ? train.last("epoch") : (job.epoch ?? 0);
  setText(byId("job-epoch"), `epoch ${count(epoch)} of ${count(epochsOf(job))}`);
  setText(byId("step-count"), count(step));
  setText(byId("step-total"), job.total_steps ? ` of ${count(job.total_steps)}` : "");
  setText(byId("job-left"), leftWords(job) || (starts && `starts ${starts}`));
  const status = byId("job-status");
  setText(status, statusWords(job));
  setAttribute(status, "data-status", job.status);
  setAttribute(card, "data-status", job.status);
  showBar(job.status === "completed" ? 1 : job.total_steps ? step / job.total_steps : 0);
  const notice = byId("job-notice");
  const words = noticeWords(job, fold);
  notice.hidden = !words;
  setText(notice, words);
  setAttribute(notice, "data-bad", job.status === "failed" || job.status === "interrupted" ? "true" : null);
}

/**
 * The figures, of now or as they were.
 * @param {Job} job @param {JobFold} fold @param {ArrayLike<number>} smoothedLoss @param {number | null} at a step; null is now
 */
export function showFigures(job, fold, smoothedLoss, at) {
  showTiles(byId("now"), at === null ? figuresOf(fold, job, smoothedLoss) : figuresAt(fold, job, smoothedLoss, at));
}

/** @param {number} share 0..1 */
function showBar(share) {
  const bar = byId("job-bar");
  const percent = String(Math.round(Math.min(1, share) * 100));
  setAttribute(bar, "aria-valuenow", percent);
  within(bar, "i").style.setProperty("--share", Math.min(1, share).toFixed(3));
}
