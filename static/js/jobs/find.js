/**
 * Finding in the list of jobs: what matches, and in which order. Rule: pure; without a wish the list is as it comes, the
 * newest first, and in any other order what is not known comes last.
 */

/** @typedef {import("./words.js").Job} Job */
/** @typedef {import("./groups.js").Group} Group */
/** @typedef {"name" | "status" | "best" | "time"} Column */
/** @typedef {{column: Column, descending: boolean}} Order */
/** @typedef {{words: string, status: string, order: Order | null}} Wish `status`: one of `STATUSES`, empty for any */
/** @typedef {{name: string, status: string, best: number | null, time: number | null}} Figures `best`: 0..1; `time`: seconds */
/**
 * @typedef {{text: (job: Job) => string, ofJob: (job: Job) => Figures, ofStudy: (group: Group) => Figures}} Read
 *   `text`: all that a job can be found by
 */
/** @typedef {{groups: Group[], found: Set<string> | null}} Found `found`: ids that match; null while nothing is looked for */

/** As a reader chooses among them, what trains first. */
export const STATUSES = ["running", "queued", "paused", "completed", "stopped", "failed", "interrupted"];
const UNDER_WAY = new Set(["starting", "running", "stopping"]); // all called running
const GREATEST_FIRST = new Set(["best", "time"]);

/** @param {string} status of `STATUSES` @returns {string} */
export function statusChoice(status) {
  return status === "queued" ? "waiting" : status;
}

/** @param {string} status of a job or a study @returns {string} the one of `STATUSES` it is found by */
function chosenBy(status) {
  return UNDER_WAY.has(status) ? "running" : status;
}

/**
 * @param {Group[]} groups newest first
 * @param {Wish} wish
 * @param {Read} read
 * @returns {Found} every group, in order; nothing is left out, as rows that are not found are only hidden
 */
export function foundIn(groups, { words, status, order }, read) {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  const isMatch = (/** @type {Job} */ job) => {
    const text = parts.length ? read.text(job).toLowerCase() : "";
    return (!status || chosenBy(job.status) === status) && parts.every((part) => text.includes(part));
  };
  const jobs = groups.flatMap((group) => group.jobs);
  const found = parts.length || status ? new Set(jobs.filter(isMatch).map(({ id }) => id)) : null;
  return { groups: order ? ordered(groups, order, read) : groups, found };
}

/** @param {Group[]} groups @param {Order} order @param {Read} read @returns {Group[]} */
function ordered(groups, order, { ofJob, ofStudy }) {
  const inside = groups.map(({ study, jobs }) => ({ study, jobs: sorted(jobs, ofJob, order) }));
  return sorted(inside, (group) => (group.study === null ? ofJob(group.jobs[0]) : ofStudy(group)), order);
}

/** @template T @param {T[]} all @param {(one: T) => Figures} read @param {Order} order @returns {T[]} equal ones as they were */
function sorted(all, read, { column, descending }) {
  const sign = descending ? -1 : 1;
  const keyed = all.map((one) => ({ one, key: keyOf(read(one), column) }));
  keyed.sort(({ key: a }, { key: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b), "en", { numeric: true });
  });
  return keyed.map(({ one }) => one);
}

/** @param {Figures} figures @param {Column} column @returns {number | string | null} */
function keyOf(figures, column) {
  return column === "status" ? STATUSES.indexOf(chosenBy(figures.status)) : figures[column];
}

/** A head was pressed: its own order, then the other one, then the newest first again.
 * @param {Order | null} order @param {Column} column @returns {Order | null} */
export function nextOrder(order, column) {
  const first = GREATEST_FIRST.has(column);
  if (order?.column !== column) return { column, descending: first };
  return order.descending === first ? { column, descending: !first } : null;
}

/** @param {number} found @param {number} all @returns {string} */
export function foundWords(found, all) {
  return found ? `${found} of ${all}` : `None of ${all} matches.`;
}
