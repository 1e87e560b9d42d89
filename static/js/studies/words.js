/** A study in words and numbers. Rule: pure; what is not known yet is said as such. */

import { about, count, decimal, percent } from "../format.js";
import { reasonWords } from "../jobs/words.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {{mean: number | string, deviation: number | null, median: number | string, values: (number | string)[]} | null} Measure */
/** @typedef {{loss: Measure, accuracy: Measure}} Pair */
/** @typedef {{final: Pair, last: Pair, best: Pair} | null} Scores */
/**
 * @typedef {{label: string, rung: string | null, values: Record<string, any>, jobs: string[],
 *   statuses: Record<string, number>, counted: number, adjusted: number, diverged: number, has_diverged: boolean,
 *   scores: {test: Scores, validation: Scores}, diverged_loss: Measure, train: Pair, train_test_gap: Measure,
 *   seconds_per_epoch: Measure, times: Record<string, Measure>, gain: {on: string, accuracy: number} | null,
 *   is_best: boolean}} Row
 * @typedef {{base: Record<string, any>, axes: Record<string, any[]>, rungs: string[], seeds: number[]}} Definition
 * @typedef {{id: string, name: string, kind: "sweep" | "ladder", status: string, statuses: Record<string, number>,
 *   job_count: number, deleted: number, definition: Definition}} Summary
 * @typedef {{least_seconds: number, most_seconds: number}} Span how long something takes
 * @typedef {Summary & {ahead: number | null, left: Span | null, jobs: import("../jobs/words.js").Job[],
 *   table: {judged_by: "test" | "validation", rows: Row[]}}} Study
 */

const ENDED = ["completed", "stopped", "failed", "interrupted"];
const LOST = ["failed", "interrupted"];
const SAME_FACTOR = 1.5; // a span up to here is said as one figure
const WIDE_FACTOR = 10; // from here on only the least is said
const SHORT = 80; // characters of an error in a table
const NAMES = /** @type {Record<string, number>} */ ({ Infinity: Infinity, "-Infinity": -Infinity, NaN: NaN });

/** @param {number | string | null | undefined} value on the wire @returns {number | null} */
export function numberOf(value) {
  if (value == null) return null;
  return typeof value === "number" ? value : (NAMES[value] ?? null);
}

/** @param {Measure | undefined} measure */
export function median(measure) {
  return numberOf(measure?.median);
}

/** @param {Measure | undefined} measure */
export function mean(measure) {
  return numberOf(measure?.mean);
}

/** @param {Pick<Summary, "statuses">} study @returns {number} jobs that have ended */
export function endedJobs({ statuses }) {
  return ENDED.reduce((sum, status) => sum + (statuses[status] ?? 0), 0);
}

/** @param {number} amount @returns {string} `15 trainings` */
export function trainings(amount) {
  return `${count(amount)} training${amount === 1 ? "" : "s"}`;
}

/** @param {Summary} study @returns {string} `4 of 7 trainings complete · 1 failed · 2 waiting` */
export function tally({ statuses, job_count, deleted }) {
  const words = [`${count(statuses.completed ?? 0)} of ${trainings(job_count)} complete`];
  const said = { failed: "failed", stopped: "stopped", interrupted: "interrupted", paused: "paused", queued: "waiting" };
  for (const [status, word] of Object.entries(said)) if (statuses[status]) words.push(`${count(statuses[status])} ${word}`);
  if (deleted) words.push(`${count(deleted)} deleted`);
  return words.join(" · ");
}

/** @param {Study} study @returns {string} what it waits for, and what is missing of it; empty when there is neither */
export function waitingWords({ ahead, status, deleted }) {
  const words = [];
  if (ahead) words.push(`Its next training waits behind ${count(ahead)} other${ahead === 1 ? "" : "s"}.`);
  else if (ahead === 0 && status === "queued") words.push("Its first training starts as soon as a worker is free.");
  if (deleted) words.push(`${trainings(deleted)} of it ${deleted === 1 ? "was" : "were"} deleted; Extend, then Add, trains ${deleted === 1 ? "it" : "them"} again.`);
  return words.join(" ");
}

/** @param {Span} span @returns {string} `about 4 min`, `between 40 s and 4 min`; `at least 4 min` where little is known */
export function spanWords({ least_seconds: least, most_seconds: most }) {
  if (most <= SAME_FACTOR * least || about(least) === about(most)) return `about ${about((least + most) / 2)}`;
  return most <= WIDE_FACTOR * least ? `between ${about(least)} and ${about(most)}` : `at least ${about(least)}`;
}

/** @param {number} jobs @param {Span | null} estimate @returns {string} how many trainings, and how long they take */
export function trainingsWords(jobs, estimate) {
  return estimate ? `${trainings(jobs)}, ${spanWords(estimate)}` : `${trainings(jobs)}; how long is known once one has run`;
}

/** @param {Span | null} estimate @returns {string} how long a study would take */
export function takesWords(estimate) {
  if (!estimate) return "How long: not known until the first training has run.";
  return `It takes ${spanWords(estimate)}, going by what trainings of this kind took here.`;
}

/** @param {Pick<Study, "status" | "left">} study @returns {string} how long it will take still; empty once nothing trains or waits */
export function leftWords({ status, left }) {
  if (status !== "running" && status !== "queued") return "";
  if (!left) return "Time left: not known until the first training has run.";
  return status === "running" ? `Time left: ${spanWords(left)}.` : `Once it starts it takes ${spanWords(left)}.`;
}

/**
 * Why jobs of a row did not reach their end, those with the same reason together.
 * @param {Pick<Row, "jobs">} row @param {import("../jobs/words.js").Job[]} jobs of the study
 * @returns {{words: string, full: string, jobs: {id: string, number: number}[]}[]} `number`: of the repetition, from 1
 */
export function failuresOf(row, jobs) {
  const found = new Map();
  row.jobs.forEach((id, i) => {
    const job = jobs.find((one) => one.id === id);
    if (!job || !LOST.includes(job.status)) return;
    const words = `${job.status}: ${job.reason === "error" && job.error ? shortened(job.error) : reasonWords(job) || "no reason is known"}`;
    if (!found.has(words)) found.set(words, { words, full: job.error ?? "", jobs: [] });
    found.get(words).jobs.push({ id, number: i + 1 });
  });
  return [...found.values()];
}

/** @param {string} text */
function shortened(text) {
  return text.length <= SHORT ? text : `${text.slice(0, SHORT - 1)}…`;
}

/**
 * The study with its data sets called by their titles, where it is over several.
 * @param {Study} study @param {Record<string, string>} titles of data sets @returns {Study}
 */
export function titled(study, titles) {
  const at = Object.keys(study.definition.axes).indexOf("dataset");
  if (at < 0) return study;
  const rows = study.table.rows.map((row) => {
    const parts = row.label.split(" · ");
    parts[at] = titles[row.values.dataset] ?? parts[at];
    return { ...row, label: parts.join(" · ") };
  });
  return { ...study, table: { ...study.table, rows } };
}

/** @param {string} status as the server has it */
export function statusWords(status) {
  return status === "empty" ? "no trainings" : status;
}

/** @param {Row} best @param {Row[]} rows @param {"test" | "validation"} split @returns {Row[]} those whose median its worst repetition does not reach */
function withinScatter(best, rows, split) {
  const values = best.scores[split]?.last.accuracy?.values.map(numberOf) ?? [];
  if (values.length < 2) return [];
  const least = Math.min(...values.map((value) => value ?? Infinity));
  return rows.filter((row) => row !== best && !row.has_diverged && (median(row.scores[split]?.last.accuracy) ?? -1) >= least);
}

/** @param {Study} study @returns {string} the answer, in a sentence */
export function verdict(study) {
  const { rows, judged_by } = study.table;
  const best = rows.find((row) => row.is_best);
  const done = study.status === "completed";
  const diverged = rows.filter((row) => row.has_diverged).map((row) => row.label);
  const words = [];
  if (best) {
    const accuracy = median(best.scores[judged_by]?.last.accuracy);
    words.push(`${done ? "Best" : "Best so far"}: ${best.label}, with ${percent(accuracy)} on the ${judged_by} set.`);
    const near = withinScatter(best, rows, judged_by).map((row) => row.label);
    if (near.length) words.push(`Within the scatter of its repetitions, so not told apart: ${near.join(", ")}.`);
  } else if (done && rows.filter((row) => row.counted).length > 1) words.push("No single best one: the first are equal.");
  if (diverged.length) words.push(`Diverged: ${diverged.join(", ")}.`);
  return words.join(" ");
}

/** @param {Study} study @param {"value" | "gain" | "curve"} what a chart shows @returns {string} until there is one */
export function emptyWords(study, what) {
  const goesOn = ["queued", "running", "paused"].includes(study.status);
  if (what === "curve") return goesOn ? "A curve begins with the first evaluation of a training." : "No training of it was evaluated.";
  if (!goesOn) return `No training of it is complete${what === "gain" ? " together with the one it stands on" : ""}.`;
  if (what === "gain") return "A gain appears once a rung and the one it stands on are complete.";
  return "The first value appears once a training is complete.";
}

/** @param {Study} study @returns {string} how the table is to be read */
export function tableNote(study) {
  const seeds = study.definition.seeds.length;
  const words = [
    study.table.judged_by === "validation"
      ? "Compared on the validation set; the test set is only reported."
      : "Nothing is held out here, so the values are compared on the test set, as in the practical: fine for comparing, too kind as a promise.",
    "Accuracy and loss are the mean of the last three evaluations",
  ];
  if (study.kind === "ladder") words[1] += seeds > 1 ? ", then over the repetitions with their deviation." : ".";
  else words[1] += seeds > 1 ? ", then the median over the repetitions." : ".";
  return words.join(" ");
}

/** @param {Measure} measure of a share @returns {string} `78.1 % ± 0.4` */
export function shareWords(measure) {
  const deviation = measure?.deviation;
  return percent(mean(measure)) + (deviation == null ? "" : ` ± ${(deviation * 100).toFixed(1)}`);
}

/** @param {number | null} seconds a short time, exact enough to compare @returns {string} */
export function secondsWords(seconds) {
  if (seconds == null) return "–";
  return `${seconds >= 10 ? seconds.toFixed(0) : seconds >= 0.1 ? seconds.toFixed(2) : seconds.toPrecision(2)} s`;
}

/** @param {number | null} loss */
export function lossWords(loss) {
  return decimal(loss);
}

/** @param {any} value @returns {number | null} where a value stands on an axis of numbers */
export function position(value) {
  const alone = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof alone === "number" ? alone : null;
}

/** @param {number[]} values @returns {boolean} whether a logarithmic axis shows them better */
export function spansDecades(values) {
  const least = Math.min(...values);
  return least > 0 && Math.max(...values) / least >= 20;
}
