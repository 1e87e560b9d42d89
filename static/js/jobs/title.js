/** What the tab is called: how far the selected job is, or how it ended. Rule: pure; what matters comes first. */

import { percent } from "../format.js";
import { calledWords, isDone, progressShare, statusWords } from "./words.js";

/** @typedef {import("./words.js").Job} Job */

const PAGE = "Livetrain";

/** @param {Job} job @returns {string} its accuracy that counts: the best on validation, else the newest on test */
export function scoreWords(job) {
  if (job.best) return `best validation accuracy ${percent(job.best.accuracy)}`;
  const test = job.latest?.test;
  return test ? `test accuracy ${percent(test.accuracy)}` : "";
}

/** @param {Job} job */
function stateWords(job) {
  if (isDone(job) || job.status === "queued" || !job.total_steps) return statusWords(job);
  const share = `${Math.floor(progressShare(job) * 100)} %`;
  return job.status === "running" ? share : `${job.status} at ${share}`;
}

/** @param {Job | null} job the selected one @returns {string} */
export function titleWords(job) {
  return job ? `${stateWords(job)} · ${calledWords(job)} · ${PAGE}` : `Lab · ${PAGE}`;
}
