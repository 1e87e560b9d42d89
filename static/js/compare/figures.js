/**
 * What each job came to, as numbers. Rule: pure; a test score counts as "at the best" only for the epoch that validation
 * chose, and what is not known is null, never 0.
 */

import { numberOf } from "../studies/words.js";
import { mean } from "./band.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./lines.js").ColumnsOf} ColumnsOf */
/** @typedef {{job: Job, columnsOf: ColumnsOf, parameters: (job: Job) => number | null}} Known */
/** @typedef {"share" | "points" | "loss" | "seconds" | "count" | "speed"} Measure how it is written */
/** @typedef {{name: string, title: string, about: string, measure: Measure, isGood: boolean | null, read: (known: Known) => number | null}} Figure `isGood`: whether more is better */

/** @param {Job} job @returns {number | null} seconds between being made and starting to train for the first time */
export function waitedSeconds({ created_at: created, started_at: started }) {
  return started ? Math.max(0, (Date.parse(started) - Date.parse(created)) / 1000) : null;
}

/**
 * Mean training accuracy over the steps of the last epoch that is whole, less the test accuracy after it.
 * @param {Known} known @returns {number | null}
 */
export function trainTestGap({ job, columnsOf }) {
  const test = columnsOf(job.id, "test");
  const epoch = Number(test.epoch[test.epoch.length - 1] ?? 0);
  const held = Number(test.accuracy[test.accuracy.length - 1] ?? NaN);
  const { epoch: epochs, accuracy, rows } = columnsOf(job.id, "train");
  let [sum, steps] = [0, 0];
  for (let i = epochs.length - 1; i >= 0 && Number(epochs[i]) >= epoch; i -= 1) {
    if (Number(epochs[i]) !== epoch) continue;
    sum += Number(accuracy[i]) * Number(rows[i]);
    steps += Number(rows[i]);
  }
  const gap = steps && epoch ? sum / steps - held : NaN;
  return Number.isFinite(gap) ? gap : null;
}

/** @type {Figure[]} */
export const FIGURES = [
  { name: "best_validation", title: "best validation", about: "Highest validation accuracy", measure: "share", isGood: true, read: ({ job }) => numberOf(job.best?.accuracy) },
  { name: "best_test", title: "test at the best", about: "Test accuracy of the epoch with the best validation accuracy", measure: "share", isGood: true, read: ({ job }) => numberOf(job.best?.test?.accuracy) },
  { name: "final_validation", title: "final validation", about: "Newest validation accuracy", measure: "share", isGood: true, read: ({ job }) => numberOf(job.latest?.validation?.accuracy) },
  { name: "final_test", title: "final test", about: "Newest test accuracy", measure: "share", isGood: true, read: ({ job }) => numberOf(job.latest?.test?.accuracy) },
  { name: "final_loss", title: "final test loss", about: "Newest loss on the test set", measure: "loss", isGood: false, read: ({ job }) => numberOf(job.latest?.test?.loss) },
  { name: "gap", title: "train − test", about: "Mean training accuracy over the last whole epoch, as it was trained, less the test accuracy after it", measure: "points", isGood: null, read: trainTestGap },
  { name: "steps", title: "steps", about: "Updates made", measure: "count", isGood: null, read: ({ job }) => job.step },
  { name: "train_seconds", title: "training time", about: "Seconds of training, without waiting, pauses and evaluations", measure: "seconds", isGood: false, read: ({ job }) => (job.step ? job.train_seconds : null) },
  { name: "images_per_second", title: "images/s", about: "Training samples a second, over the last seconds of training", measure: "speed", isGood: true, read: ({ job }) => job.images_per_second },
  { name: "waited", title: "waited", about: "Seconds in the queue before it started for the first time", measure: "seconds", isGood: null, read: ({ job }) => waitedSeconds(job) },
  { name: "parameters", title: "parameters", about: "Weights and biases that are learned", measure: "count", isGood: null, read: ({ job, parameters }) => parameters(job) },
];

export const ACCURACIES = ["best_validation", "best_test", "final_validation", "final_test"];
export const COSTS = ["train_seconds", "parameters", "steps", "images_per_second"];

/** @param {string} name @returns {Figure} */
export function figureOf(name) {
  return FIGURES.find((figure) => figure.name === name) ?? FIGURES[0];
}

/** @param {Job[]} jobs @returns {string} the accuracy to compare by: validation's where something is held out */
export function judgedBy(jobs) {
  return jobs.some((job) => job.best) ? "best_validation" : "final_test";
}

/** @param {(number | null)[]} values @returns {number | null} the mean of those that are known and finite */
export function meanKnown(values) {
  const known = /** @type {number[]} */ (values.filter((value) => value !== null && Number.isFinite(value)));
  if (!known.length) return values.find((value) => value !== null) ?? null;
  return mean(known);
}
