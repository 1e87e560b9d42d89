/** A study in words and numbers. Rule: pure; what is not known yet is said as such. */

import { count, decimal, percent } from "../format.js";
import { parseValue } from "../recipe/values.js";

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
 *   job_count: number, definition: Definition}} Summary
 * @typedef {Summary & {jobs: import("../jobs/words.js").Job[],
 *   table: {judged_by: "test" | "validation", rows: Row[]}}} Study
 */

const ENDED = ["completed", "stopped", "failed", "interrupted"];
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

/** @param {Summary} study */
export function tally(study) {
  const failed = study.statuses.failed ?? 0;
  const stopped = (study.statuses.stopped ?? 0) + (study.statuses.interrupted ?? 0);
  const words = [`${count(endedJobs(study))} of ${count(study.job_count)} trainings ended`];
  if (failed) words.push(`${count(failed)} failed`);
  if (stopped) words.push(`${count(stopped)} stopped`);
  return words.join(" · ");
}

/** @param {string} status */
export function statusWords(status) {
  return status === "queued" ? "waiting" : status;
}

/** @param {Study} study @returns {string} the answer, in a sentence */
export function verdict(study) {
  const { rows, judged_by } = study.table;
  const best = rows.find((row) => row.is_best);
  const done = endedJobs(study) === study.job_count;
  const diverged = rows.filter((row) => row.has_diverged).map((row) => row.label);
  const words = [];
  if (best) {
    const accuracy = median(best.scores[judged_by]?.last.accuracy);
    words.push(`${done ? "Best" : "Best so far"}: ${best.label}, with ${percent(accuracy)} on the ${judged_by} set.`);
  } else if (done && rows.filter((row) => row.counted).length > 1) words.push("No single best one: the first are equal.");
  if (diverged.length) words.push(`Diverged: ${diverged.join(", ")}.`);
  return words.join(" ");
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

/**
 * The values typed for an axis. A list of widths is written with plus signs: `64+32` is two layers.
 * @param {Field} field
 * @param {string} text separated by commas or spaces
 * @returns {any[]}
 */
export function parseValues(field, text) {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== "")
    .map((part) => parseValue(field, field.kind === "integers" ? part.replaceAll("+", " ") : part));
}

/** @param {Field} field @returns {string} an example of values */
export function example(field) {
  const known = /** @type {Record<string, string>} */ ({
    learning_rate: "0.001, 0.01, 0.1, 1",
    batch_size: "1, 10, 100, full",
    hidden_sizes: "1, 10, 100, 64+32",
    dropout: "0, 0.25, 0.5, 0.75",
    momentum: "0, 0.5, 0.9",
    weight_decay: "0, 0.0001, 0.01",
    train_size: "25, 50, 100, 200",
    epochs: "10, 50, 200",
    validation_fraction: "0.1, 0.2, 0.4",
    lr_gamma: "0.9, 0.95, 0.99",
  });
  return known[field.name] ?? (field.kind === "number" ? "0.1, 0.2" : "1, 2, 3");
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
