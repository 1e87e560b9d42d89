/** Diagnoses in words: titles, figures, remedies. Rule: pure; numbers are formatted by what they are. */

import { count, decimal, duration, percent } from "../format.js";

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
const NAMES = /** @type {Record<string, string>} */ ({ rate: "learning rate", held_out_accuracy: "accuracy on held-out data", guessing_loss: "loss of guessing" });

/** @param {string} kind */
export function titleOf(kind) {
  return TITLES[kind] ?? kind.replaceAll("_", " ");
}

/** @param {string} name */
export function nameOf(name) {
  if (name.startsWith("dead_share_")) return `dead in ${name.slice("dead_share_".length)}`;
  return NAMES[name] ?? name.replace(/_?seconds/, "").replaceAll("_", " ").trim();
}

/** @param {string} name @param {any} value @returns {string} */
export function figure(name, value) {
  const number = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity }[String(value)] ?? value;
  if (typeof number !== "number") return String(value);
  if (/accuracy|dead_share|jitter/.test(name)) return percent(number);
  if (name.includes("seconds")) return number < 0.1 ? `${(1000 * number).toPrecision(2)}\u202fms` : duration(number);
  if (/epoch$|batch_size|step$/.test(name) && Number.isInteger(number)) return count(number);
  return name.includes("rate") ? plain(number) : decimal(number);
}

/** @param {number} value @returns {string} as a person would type it */
export function plain(value) {
  return String(Number(value.toPrecision(3)));
}

/** @param {any} value @returns {string} */
function valueWords(value) {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "number" ? plain(value) : String(value);
}

/** @param {Changes} changes @param {Record<string, any>} config the job's own @returns {string} an imperative */
export function remedyWords(changes, config) {
  const parts = Object.entries(changes).map(([name, value]) => {
    const was = config[name];
    const called = name === "learning_rate" ? "rate" : name.replaceAll("_", " ");
    const isNumber = typeof value === "number" && typeof was === "number";
    const verb = !isNumber ? "set" : value < was ? "lower" : "raise";
    return `${verb} the ${called} to ${valueWords(value)}`;
  });
  const sentence = parts.join(" and ");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** @param {number} step @param {number} stepsPerEpoch 0 where it is not known */
export function sinceWords(step, stepsPerEpoch) {
  if (!stepsPerEpoch) return `since step ${count(step)}`;
  return `since epoch ${count(Math.max(1, Math.ceil(step / stepsPerEpoch)))}, step ${count(step)}`;
}
