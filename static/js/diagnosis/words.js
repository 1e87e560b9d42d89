/** Diagnoses in words: titles, figures, remedies. Rule: pure; numbers are formatted by what they are. */

import { count, number, percent, took } from "../format.js";
import { inSentence, titleOf as fieldTitle, valueWords } from "../recipe/naming.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../log/snapshots.js").Diagnosis} Diagnosis */
/** @typedef {Record<string, any>} Changes */

const TITLES = /** @type {Record<string, string>} */ ({
  over_fitting: "It learns by heart",
  diverging: "It runs away",
  too_slow: "It is too slow",
  plateau: "It stands still",
  dead_units: "Units have died",
  under_fitting: "It cannot fit the data",
  small_batch: "Small batches cost time",
});
const NAMES = /** @type {Record<string, string>} */ ({
  guessing_loss: "loss of guessing",
  loss_at_the_end: "loss at the end",
  loss_before: "loss before",
  best_epoch: "best epoch",
  best_test_loss: "best test loss",
  best_validation_loss: "best validation loss",
  test_loss: "test loss",
  validation_loss: "validation loss",
  train_loss: "training loss",
  train_loss_then: "training loss then",
  train_accuracy: "training accuracy",
  held_out_accuracy: "accuracy on held-out data",
  fall_per_epoch: "fall per epoch",
  jitter: "change from epoch to epoch",
  step_seconds: "a step",
  seconds_of_its_samples: "of it for its samples",
  epoch_seconds: "an epoch",
  epoch_seconds_with_more: "an epoch with more samples a step",
});

/** @param {string} kind */
export function titleOf(kind) {
  return TITLES[kind] ?? kind.replaceAll("_", " ");
}

/** @param {string} kind @returns {boolean} whether nothing good can come of going on */
export function isGrave(kind) {
  return kind === "diverging";
}

/** @param {Diagnosis[]} all @returns {Diagnosis[]} in their order, but the grave ones above the others */
export function graveFirst(all) {
  return [...all].sort((a, b) => Number(isGrave(b.kind)) - Number(isGrave(a.kind)));
}

/** @param {string} name of a figure @param {Field[]} fields */
export function nameOf(name, fields) {
  if (name.startsWith("dead_share_")) return `dead in ${name.slice("dead_share_".length)}`;
  return NAMES[name] ?? inSentence(fieldTitle(fields, name));
}

/** @param {string} name @param {any} value @returns {string} */
export function figure(name, value) {
  const known = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity }[String(value)] ?? value;
  if (typeof known !== "number") return String(value);
  if (/accuracy|dead_share|jitter/.test(name)) return percent(known);
  if (name.includes("seconds")) return took(known);
  return /epoch$|batch_size|step$/.test(name) && Number.isInteger(known) ? count(known) : number(known);
}

/** @param {Changes} changes @param {Record<string, any>} config the job's own @param {Field[]} fields @returns {string} an imperative */
export function remedyWords(changes, config, fields) {
  const parts = Object.entries(changes).map(([name, value]) => {
    const was = config[name];
    const isNumber = typeof value === "number" && typeof was === "number";
    const verb = !isNumber ? "set" : value < was ? "lower" : "raise";
    const field = fields.find((one) => one.name === name);
    return `${verb} the ${inSentence(fieldTitle(fields, name))} to ${field ? valueWords(field, value) : value}`;
  });
  const sentence = parts.join(" and ");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** @param {number} step @param {number} stepsPerEpoch 0 where it is not known */
export function sinceWords(step, stepsPerEpoch) {
  if (!stepsPerEpoch) return `since step ${count(step)}`;
  return `since epoch ${count(Math.max(1, Math.ceil(step / stepsPerEpoch)))}, step ${count(step)}`;
}
