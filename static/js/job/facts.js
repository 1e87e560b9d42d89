/** What else is known of a job: when, where, how long. Rule: pure; a fact that is not known is left out. */

import { count, decimal, duration, percent } from "../format.js";
import { deviceWords, outcomeWords, reasonWords } from "../jobs/words.js";

/** @typedef {import("../jobs/words.js").Job} Job */

const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** @param {string | null} at @returns {string} */
function when(at) {
  return at ? moment.format(new Date(at)) : "";
}

/** @param {import("../jobs/words.js").Best} best */
function bestWords(best) {
  if (!best) return "";
  const test = best.test ? `, test ${percent(best.test.accuracy)}` : "";
  return `epoch ${count(best.epoch)}: validation ${percent(best.accuracy)}, loss ${decimal(best.loss)}${test}`;
}

/** @param {Job} job @returns {[string, string][]} */
export function factsOf(job) {
  const waited = job.started_at ? (Date.parse(job.started_at) - Date.parse(job.created_at)) / 1000 : null;
  return /** @type {[string, string][]} */ ([
    ["best epoch", bestWords(job.best)],
    ["training time", job.train_seconds ? duration(job.train_seconds) : ""],
    ["waited", waited === null ? "" : duration(Math.max(0, waited))],
    ["created", when(job.created_at)],
    ["started", when(job.started_at)],
    ["finished", when(job.finished_at)],
    ["ended", job.finished_at && reasonWords(job) ? outcomeWords(job) : ""],
    ["device", deviceWords(job)],
    ["attempt", count(job.attempt)],
    ["data", job.config.dataset],
    ["id", job.id],
  ]).filter(([, words]) => words);
}
