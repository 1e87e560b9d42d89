/**
 * The list's order: jobs alone, and the jobs of one study together; and what a study's row says of them.
 * Rule: pure; what the list does not hold of a study is taken from the server's own count, never guessed.
 */

import { endedJobs } from "../studies/words.js";
import { isDone, progressShare } from "./words.js";

/** @typedef {import("./words.js").Job} Job */
/** @typedef {import("../studies/words.js").Summary} Summary */
/** @typedef {{study: string | null, jobs: Job[]}} Group `study`: null for a job that belongs to none */
/**
 * @typedef {{status: string, failed: number, done: number, total: number, share: number, best: Job | null,
 *   trainSeconds: number, isWhole: boolean}} Figures
 *   `share`: 0..1 of the training done; `isWhole`: whether every job of the study is listed
 */

const ACTIVE = new Set(["starting", "running", "stopping"]);

/** @param {Job[]} jobs newest first @returns {Group[]} a study where its newest job is */
export function groupsOf(jobs) {
  /** @type {Map<string, Group>} */
  const studies = new Map();
  /** @type {Group[]} */
  const groups = [];
  for (const job of jobs) {
    const id = job.study_id ?? null;
    const known = id === null ? undefined : studies.get(id);
    if (known) {
      known.jobs.push(job);
      continue;
    }
    const group = { study: id, jobs: [job] };
    groups.push(group);
    if (id !== null) studies.set(id, group);
  }
  return groups;
}

/** @param {Job} job @returns {number | null} what it is compared by: validation, or the newest test where nothing is held out */
export function scoreOf(job) {
  return job.best?.accuracy ?? job.latest?.test?.accuracy ?? null;
}

/** @param {Job[]} jobs @returns {Job | null} chosen by validation as soon as one of them has any */
function bestOf(jobs) {
  const validated = jobs.filter((job) => job.best);
  const compared = (validated.length ? validated : jobs).filter((job) => scoreOf(job) !== null);
  return compared.reduce((/** @type {Job | null} */ best, job) => (best && (scoreOf(best) ?? 0) >= (scoreOf(job) ?? 0) ? best : job), null);
}

/** @param {Record<string, number>} statuses @returns {string} of the whole study, by the server's rule (`app/studies/view.py`) */
function statusOf(statuses) {
  const found = Object.keys(statuses).filter((status) => statuses[status]);
  if (found.some((status) => ACTIVE.has(status)) || (found.includes("queued") && found.length > 1)) return "running";
  return ["queued", "paused", "stopped", "interrupted"].find((status) => found.includes(status)) ?? "completed";
}

/** @param {Job[]} jobs @returns {Record<string, number>} */
function counted(jobs) {
  /** @type {Record<string, number>} */
  const statuses = {};
  for (const { status } of jobs) statuses[status] = (statuses[status] ?? 0) + 1;
  return statuses;
}

/**
 * @param {Job[]} jobs of one study, as many as are listed
 * @param {Summary | null} summary what the server last said of the study
 * @returns {Figures}
 */
export function figuresOfStudy(jobs, summary) {
  const isWhole = !summary || jobs.length >= summary.job_count;
  const statuses = isWhole ? counted(jobs) : summary.statuses;
  const total = isWhole ? jobs.length : summary.job_count;
  const done = endedJobs({ statuses });
  const underway = jobs.filter((job) => !isDone(job)).reduce((sum, job) => sum + progressShare(job), 0);
  return {
    status: statusOf(statuses),
    failed: statuses.failed ?? 0,
    done,
    total,
    share: total ? Math.min(1, (done + underway) / total) : 0,
    best: bestOf(jobs),
    trainSeconds: jobs.reduce((sum, job) => sum + (job.train_seconds ?? 0), 0),
    isWhole,
  };
}

/** @param {string} given a job's name @param {string} study its study's name @returns {string} what the study's name does not say already */
export function nameWithin(given, study) {
  const before = `${study} · `;
  return study && given.startsWith(before) ? given.slice(before.length) : given;
}
