/**
 * What ended while somebody looked elsewhere. Rule: pure; told once, only of what was seen to go on before, and of a
 * study once, when nothing of it goes on.
 */

import { count, percent } from "../format.js";
import { scoreWords } from "./title.js";
import { calledWords, isDone, outcomeWords, statusWords } from "./words.js";

/** @typedef {import("./words.js").Job} Job */
/** @typedef {{jobs: Job[], studies: Map<string, Job[]>}} Ended `studies`: by id, all the jobs known of it */
/** @typedef {{title: string, body: string}} Notice */

/** @param {Job} job @returns {boolean} what starts again by itself has not ended */
function isOver(job) {
  return isDone(job) && job.will_restart !== true;
}

export class Endings {
  /** @type {Set<string>} jobs that were seen waiting, training or resting */
  #open = new Set();

  /** @param {Job[]} jobs all of them, as they are now @returns {Ended} what ended since it was asked last */
  since(jobs) {
    const ended = jobs.filter((job) => isOver(job) && this.#open.has(job.id));
    this.#open = new Set(jobs.filter((job) => !isOver(job)).map(({ id }) => id));
    const goOn = new Set(jobs.filter((job) => !isOver(job)).map(({ study_id }) => study_id));
    const over = new Set(ended.flatMap(({ study_id }) => (study_id && !goOn.has(study_id) ? [study_id] : [])));
    return {
      jobs: ended.filter(({ study_id }) => !study_id),
      studies: new Map([...over].map((id) => [id, jobs.filter(({ study_id }) => study_id === id)])),
    };
  }
}

/** @param {string[]} parts */
function sentence(parts) {
  const words = parts.filter(Boolean).join("; ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {Job} job @returns {Notice} */
export function noticeOf(job) {
  const why = job.status === "completed" ? "" : outcomeWords(job).replace(/\.$/, "");
  return { title: `${calledWords(job)}: ${statusWords(job)}`, body: sentence([why, scoreWords(job)]) };
}

/** @param {string} name @param {Job[]} jobs of the study @returns {Notice} */
export function studyNoticeOf(name, jobs) {
  const best = jobs.flatMap(({ best }) => (best ? [best.accuracy] : []));
  const done = jobs.filter(({ status }) => status === "completed").length;
  const words = best.length ? `best validation accuracy ${percent(Math.max(...best))}` : "";
  return { title: `${name}: ended`, body: sentence([`${count(done)} of ${count(jobs.length)} trainings complete`, words]) };
}
